#include "experiment/metric_range.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace metric_range_test {

Metric named(const char* name) {
  return {name, "1", "", {}};
}

TEST(MetricRange, EndsWhereValuesCannotGo) {
  for (const char* name : {"accuracy", "class_accuracy", "accuracy_padded"}) {
    EXPECT_TRUE(is_share(named(name)));
    EXPECT_EQ(range_of(named(name)).low, 0);
    EXPECT_EQ(range_of(named(name)).high, 1);
  }
  for (const char* name : {"loss", "ekl", "correct"}) {
    EXPECT_FALSE(is_share(named(name)));
    EXPECT_EQ(range_of(named(name)).low, 0);
    EXPECT_TRUE(std::isinf(range_of(named(name)).high));
  }
  EXPECT_TRUE(std::isinf(range_of(named("kurtosis")).low));
}

TEST(MetricRange, SaysWhichWayIsBetter) {
  EXPECT_FALSE(is_better_when_lower(named("accuracy")));
  EXPECT_FALSE(is_better_when_lower(named("correct")));
  EXPECT_TRUE(is_better_when_lower(named("loss")));
  EXPECT_TRUE(is_better_when_lower(named("writes")));
}

}  // namespace metric_range_test
}  // namespace ohmcarlo
