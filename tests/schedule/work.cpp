#include "schedule/work.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace {

TEST(Work, CountsTheUnitsOfAllLots) {
  EXPECT_EQ((Work{{true, true}, {{0, {0, 1, 2}}, {1, {}}, {1, {4, 5, 6, 7}}}}.units()), 7U);
  EXPECT_EQ(Work{}.units(), 0U);
}

}  // namespace
}  // namespace ohmcarlo
