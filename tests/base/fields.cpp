#include "base/fields.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace fields_test {

using testing::ElementsAre;

TEST(Fields, AreTrimmed) {
  EXPECT_EQ(trimmed(" \ta b\r"), "a b");
  EXPECT_EQ(trimmed(" \t\r"), "");
  EXPECT_EQ(trimmed("x"), "x");
}

TEST(Fields, AreOneMoreThanThereAreCommas) {
  EXPECT_THAT(fields_of("a, b ,c\r"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(fields_of(",,"), ElementsAre("", "", ""));
  EXPECT_THAT(fields_of(""), ElementsAre(""));
}

}  // namespace fields_test
}  // namespace ohmcarlo
