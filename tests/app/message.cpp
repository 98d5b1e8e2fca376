#include "app/message.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace message_test {

std::string said(void (*print)(const std::string&), const std::string& text) {
  testing::internal::CaptureStderr();
  print(text);
  return testing::internal::GetCapturedStderr();
}

TEST(Message, IsOneLine) {
  EXPECT_EQ(said(print_error, "R.h5: no"), "ohmcarlo: R.h5: no\n");
  EXPECT_EQ(said(print_warning, "R.h5: odd"), "warning: R.h5: odd\n");
  EXPECT_EQ(said(print_error, "a\nb\x1b[31m"), "ohmcarlo: a b\\x1b[31m\n");
  EXPECT_LT(said(print_warning, std::string(100000, 'x')).size(), 4000U);
}

}  // namespace message_test
}  // namespace ohmcarlo
