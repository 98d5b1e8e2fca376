#include "statistics/looks.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace looks_test {

using List = std::vector<std::size_t>;

TEST(Looks, TheDefaultsHaveTwentyThree) {
  EXPECT_EQ(looks(30, 5000, 8), (List{32,  40,  56,  72,   96,   120,  152,  192,  240,  304,  384, 480,
                                      600, 752, 944, 1184, 1480, 1856, 2320, 2904, 3632, 4544, 5000}));
}

TEST(Looks, SingleChipsGrowByAQuarterRoundedUp) {
  EXPECT_EQ(looks(10, 50, 1), (List{10, 13, 17, 22, 28, 35, 44, 50}));
  EXPECT_EQ(looks(1, 4, 1), (List{1, 2, 3, 4}));
}

TEST(Looks, TheLastIsTheMostWhateverTheGroup) {
  EXPECT_EQ(looks(30, 33, 8), (List{32, 33}));
  EXPECT_EQ(looks(30, 32, 8), (List{32}));
  EXPECT_EQ(looks(30, 31, 8), (List{31}));  // the first whole group lies beyond
  EXPECT_EQ(looks(30, 30, 1), (List{30}));
}

TEST(Looks, RangesThatAreNoneAreABug) {
  EXPECT_THROW(static_cast<void>(looks(31, 30, 1)), std::logic_error);
  EXPECT_THROW(static_cast<void>(looks(0, 30, 1)), std::logic_error);
  EXPECT_THROW(static_cast<void>(looks(30, 40, 0)), std::logic_error);
}

}  // namespace looks_test
}  // namespace ohmcarlo
