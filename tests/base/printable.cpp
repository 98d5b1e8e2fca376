#include "base/printable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ohmcarlo::printable_test {
namespace {

TEST(Printable, LeavesPlainTextAlone) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("a ~ [1, 2]"), "a ~ [1, 2]");
}

TEST(Printable, ShowsControlCharactersAndOtherBytesAsQuestionMarks) {
  EXPECT_EQ(printable("a\nb\tc\x1B[31m"), "a?b?c?[31m");
  EXPECT_EQ(printable(std::string("\0\x7F\xC3\xA4", 4)), "????");
}

TEST(Printable, CutsWhatIsLongerThanToldAndSaysSo) {
  EXPECT_EQ(printable("abcd", 4), "abcd");
  EXPECT_EQ(printable("abcde", 4), "abcd...");
  EXPECT_EQ(printable(std::string(80, 'x')), std::string(80, 'x'));
  EXPECT_EQ(printable(std::string(81, 'x')), std::string(80, 'x') + "...");
}

}  // namespace
}  // namespace ohmcarlo::printable_test
