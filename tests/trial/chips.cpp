#include "trial/chips.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace {

// Values of a swept experiment end at the places that its metrics name, whatever the point is simulated with.
TEST(Evaluations, FloatWeightsHaveNoMetricsOfArrays) {
  SmallJob job(
      "[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 1\n[hardware.variation]\nsigma = 0.1\n"
      "[sweep]\n\"hardware.simulate\" = [\"weights\", \"arrays\"]\n");
  const MetricSet metrics(job.experiment());
  ASSERT_EQ(metrics.descriptors()[4].name, "correlation");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  const ChipResult weights = evaluations.evaluate(0, 0, never).front();
  const ChipResult arrays = evaluations.evaluate(1, 0, never).front();
  ASSERT_EQ(weights.values.size(), metrics.values());
  ASSERT_EQ(arrays.values.size(), metrics.values());
  EXPECT_TRUE(std::isnan(weights.values[4]));
  EXPECT_GT(arrays.values[4], 0.5) << "errors of a tenth leave products correlated";
  EXPECT_LT(arrays.values[4], 1);
}

TEST(Evaluations, AUnitIsAWholeGroupOfChips) {
  SmallJob job("[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 3\n");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  EXPECT_EQ(evaluations.evaluate(0, 0, never).size(), job.plan().evaluations[0].unit_chips);
}

}  // namespace
}  // namespace ohmcarlo::test
