#include "base/printable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace {

TEST(Printable, KeepsTextAndHidesTheRest) {
  EXPECT_EQ(printable("conv1 [3, 3] ~!"), "conv1 [3, 3] ~!");
  EXPECT_EQ(printable("a\nb\tc\x7f\xc3\xa4"), "a?b?c???");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(Printable, CutsLongText) {
  EXPECT_EQ(printable("abcde", 5), "abcde");
  EXPECT_EQ(printable("abcdef", 5), "abcde...");
  EXPECT_EQ(printable(std::string(1000, 'x')).size(), 83U);
}

}  // namespace
}  // namespace ohmcarlo
