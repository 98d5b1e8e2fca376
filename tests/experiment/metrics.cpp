#include "experiment/metrics.hpp"

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

TEST(Metrics, ThoseOfArraysAreThereIfAnyPointHasArrays) {
  const std::string sweep = "data.set = \"mnist\"\n[sweep]\n\"hardware.simulate\" = ";
  EXPECT_EQ(metrics_of(experiment_of(sweep + "[\"weights\"]\n")).size(), standard_metrics().size());
  const std::vector<Metric> metrics = metrics_of(experiment_of(sweep + "[\"weights\", \"arrays\"]\n"));
  ASSERT_EQ(metrics.size(), standard_metrics().size() + 4);
  EXPECT_EQ(metrics[4].name, "correlation");
  EXPECT_EQ(metrics[4].dimensions, (std::vector<Dimension>{{"layer", 2}}));
}

}  // namespace
}  // namespace ohmcarlo
