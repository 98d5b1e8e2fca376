#include "schedule/patience.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace patience_test {

using std::chrono::microseconds;

TEST(Patience, SleepsDoubleUpToTheLongest) {
  Patience patience(microseconds(100));
  for (const int wait : {20, 40, 80, 100, 100}) EXPECT_EQ(patience.next(), microseconds(wait));
}

TEST(Patience, BeginsAnewOnceSomethingHasCome) {
  Patience patience(microseconds(1000));
  for (int i = 0; i < 5; ++i) (void)patience.next();
  patience.end();
  EXPECT_EQ(patience.next(), microseconds(20));
}

}  // namespace patience_test
}  // namespace ohmcarlo
