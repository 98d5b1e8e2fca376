#include "app/metric_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace metric_text_test {

const Metric kShare{"accuracy", "1", "", {}}, kNats{"loss", "nat", "", {}};

TEST(MetricText, SharesAreInPercent) {
  EXPECT_EQ(value_text(kShare, 0.97254), "97.25");
  EXPECT_EQ(interval_text(kShare, {0.5, 1}), "50.00 .. 100.00");
  EXPECT_EQ(heading_text(kShare, "mean"), "mean %");
}

TEST(MetricText, AllElseIsInItsOwnUnit) {
  EXPECT_EQ(value_text(kNats, 0.123456), "0.1235");
  EXPECT_EQ(heading_text(kNats, "mean"), "mean");
}

TEST(MetricText, DifferencesHaveASign) {
  EXPECT_EQ(difference_text(kShare, 0.0125), "+1.25");
  EXPECT_EQ(difference_text(kShare, -0.0125), "-1.25");
  EXPECT_EQ(difference_text(kShare, 0), "0.00");
}

TEST(MetricText, WhatIsNotKnownIsADash) {
  EXPECT_EQ(value_text(kShare, kNaN), "-");
  EXPECT_EQ(difference_text(kShare, kNaN), "-");
  EXPECT_EQ(interval_text(kShare, {}), "-");
  EXPECT_EQ(interval_text(kNats, {0, std::numeric_limits<double>::infinity()}), "-");
  EXPECT_EQ(p_text(kNaN), "-");
  EXPECT_EQ(number_text(kNaN, 1), "-");
}

TEST(MetricText, NothingIsNegativeZero) {
  EXPECT_EQ(number_text(-1e-15, 0), "0");
  EXPECT_EQ(number_text(-0.04, 1), "0.0");
  EXPECT_EQ(number_text(-0.06, 1), "-0.1");
}

TEST(MetricText, SmallPValuesAreBounds) {
  EXPECT_EQ(p_text(0.05334), "0.0533");
  EXPECT_EQ(p_text(0.0001), "0.0001");
  EXPECT_EQ(p_text(0.00009), "<0.0001");
}

}  // namespace metric_text_test
}  // namespace ohmcarlo
