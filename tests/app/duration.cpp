#include "app/duration.hpp"

#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace duration_test {

TEST(Duration, IsReadAsBatchJobsWriteIt) {
  EXPECT_EQ(parse_duration("--time-limit", "45"), 45);
  EXPECT_EQ(parse_duration("--time-limit", "45s"), 45);
  EXPECT_EQ(parse_duration("--time-limit", "0.5"), 0.5);
  EXPECT_EQ(parse_duration("--time-limit", "90m"), 5400);
  EXPECT_EQ(parse_duration("--time-limit", "3h55m"), 14100);
  EXPECT_EQ(parse_duration("--time-limit", "2d"), 172800);
  EXPECT_EQ(parse_duration("--time-limit", "1h30m10s"), 5410);
}

TEST(Duration, AnythingElseIsRefused) {
  for (const char* text : {"", "0", "0h", "-5", "3x", "m", "5m3h", "1 h", "inf", "nan", "1e3"}) {
    const std::string message = test::error_of([&] { (void)parse_duration("--time-limit", text); }, typeid(BadUsage));
    EXPECT_NE(message.find("3h55m"), std::string::npos) << "says what is allowed: " << message;
  }
}

TEST(Duration, IsWrittenInTwoUnitsAtMost) {
  EXPECT_EQ(format_duration(0.4), "0 s");
  EXPECT_EQ(format_duration(59.4), "59 s");
  EXPECT_EQ(format_duration(59.6), "1 min 00 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 05 min");
}

}  // namespace duration_test
}  // namespace ohmcarlo
