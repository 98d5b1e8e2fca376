#include "base/printable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace printable_test {

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

TEST(MessageLine, EscapesWhatATerminalObeys) {
  EXPECT_EQ(message_line("R.h5: \xc3\xa4, fine"), "R.h5: \xc3\xa4, fine");
  EXPECT_EQ(message_line("a\tb\x1b[2J\x7f\r"), "a\\x09b\\x1b[2J\\x7f\\x0d");
  EXPECT_EQ(message_line("a\nb\n\n"), "a b");
  EXPECT_EQ(message_line(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(message_line("a\xc2\x9b"
                         "31m"),
            "a\\xc2\\x9b31m");  // the same as escape and a bracket
}

TEST(MessageLine, KeepsTheBeginningAndTheEndOfLongText) {
  EXPECT_EQ(message_line("abcdefghi", 9), "abcdefghi");
  EXPECT_EQ(message_line("abcdefghij", 9), "abcdef...hij");
  EXPECT_EQ(message_line(std::string(100000, 'x')).size(), 3003U);
}

TEST(MessageLine, IsUtf8WhateverItIsGiven) {
  EXPECT_EQ(message_line("\xe2\x82\xac \xf0\x9f\x98\x80"), "\xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(message_line("\xd0(\xff\x80"), "\\xd0(\\xff\\x80");
  EXPECT_EQ(message_line("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(message_line("\xc0\xaf"), "\\xc0\\xaf");
}

TEST(MessageLine, CutsNoLetterInTwo) {
  const std::string letters = "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f";  // four of two bytes each
  EXPECT_EQ(message_line(letters, 7), "\xc3\xa4\xc3\xb6...\xc3\x9f");
  EXPECT_EQ(message_line(letters, 5), "\xc3\xa4...");
}

}  // namespace printable_test
}  // namespace ohmcarlo
