#include "experiment/stopping.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "experiment/refusal.hpp"
#include "experiment/settings.hpp"

namespace ohmcarlo {
namespace stopping_test {

constexpr const char* kText =
    "data.set = \"mnist\"\nnetwork.hidden = [4]\nhardware.variation.sigma = 0.1\n"
    "trials.until = { half_width = 0.01, min = 10, max = 60 }\n";

/// A table of one point and a rule that looks at 16, 24, 32, 40, 56, 60 chips (groups of 8).
struct Ruled {
  explicit Ruled(std::size_t replicas = 1, const std::vector<std::string>& sets = {}) {
    std::vector<std::string> all = {"training.replicas=" + std::to_string(replicas)};
    all.insert(all.end(), sets.begin(), sets.end());
    experiment = experiment_of(kText, all);
    Shape shape = experiment.shape;
    shape.trials = 64;
    table = Table(shape);
    rules = StoppingRules::find(settings_of(experiment), shape);
  }

  void enter(std::size_t trial, double accuracy, std::size_t replica = 0) {
    const std::size_t cell = table.shape.cell(0, replica, trial);
    table.state[cell] = std::isnan(accuracy) ? CellState::failed : CellState::done;
    table.values[kAccuracy][cell] = accuracy;
    table.values[kCorrect][cell] = 1000 * accuracy;
  }
  [[nodiscard]] PointDecision decide() const { return rules->decide(table, 0); }

  Experiment experiment;
  Table table;
  std::optional<StoppingRules> rules;
};

/// Accuracies 0.9 +- distance in turn: sd about the distance, no skewness after an even number.
double in_turn(std::size_t trial, double distance) {
  return 0.9 + (trial % 2 == 0 ? distance : -distance);
}

TEST(StoppingRules, ImagesAreToldByAChipThatGotSomeRight) {
  Ruled ruled;
  EXPECT_EQ(count_images(ruled.table, 0), 1) << "no chip yet";
  ruled.enter(0, 0);
  ruled.enter(1, 0.25);
  EXPECT_EQ(count_images(ruled.table, 0), 1000);
}

// Samples differ where a chip failed halfway or sets are cut: the smallest bounds the spread from the safe side.
TEST(StoppingRules, OfSamplesTheSmallestCounts) {
  Ruled ruled;
  ruled.table = Table(ruled.table.shape, [] {
    std::vector<Metric> metrics = standard_metrics();
    metrics.push_back({.name = "sampled_images", .units = "1", .meaning = "images"});
    return metrics;
  }());
  for (const std::size_t trial : {0, 1, 2}) ruled.enter(trial, 0.5);
  for (const std::size_t trial : {0, 1}) ruled.table.values.back()[trial] = trial == 0 ? 120 : 80;
  ruled.table.values[kCorrect][0] = kNaN;
  EXPECT_EQ(count_images(ruled.table, 0), 80);
  for (double& images : ruled.table.values.back()) images = kNaN;
  EXPECT_EQ(count_images(ruled.table, 0), 1000) << "chips of whole sets: the first that says its images";
}

TEST(StoppingRules, AreReadFromTheSettingsOfATable) {
  const Ruled ruled;
  ASSERT_TRUE(ruled.rules.has_value());
  EXPECT_EQ(ruled.rules->until().half_width, 0.01);
  EXPECT_EQ(ruled.rules->until().min, 10U);
  EXPECT_EQ(ruled.rules->until().max, 60U);
  EXPECT_EQ(ruled.rules->metric(), kAccuracy);
  EXPECT_EQ(Ruled(1, {"trials.until.metric=\"loss\""}).rules->metric(), kLoss);
  const Experiment fixed = experiment_of("data.set = \"mnist\"\n");
  EXPECT_FALSE(StoppingRules::find(settings_of(fixed), fixed.shape).has_value());
}

TEST(StoppingRules, NeedWholeGroupsUpToTheNextLook) {
  Ruled ruled;
  EXPECT_EQ(ruled.decide().needed, 16U);
  for (std::size_t trial = 0; trial < 15; ++trial) ruled.enter(trial, in_turn(trial, 0.05));
  EXPECT_EQ(ruled.decide().needed, 16U);
  ruled.enter(15, in_turn(15, 0.05));
  EXPECT_FALSE(ruled.decide().decision.stopped());
  EXPECT_EQ(ruled.decide().needed, 24U);
}

// sd s = d sqrt(n / (n - 1)); t(.975, 15) = 2.13145, t(.975, 23) = 2.06866: halves for d = 0.02 are .0110 and .00863.
TEST(StoppingRules, StopAtTheFirstLookThatPasses) {
  Ruled ruled;
  for (std::size_t trial = 0; trial < 24; ++trial) {
    EXPECT_FALSE(ruled.decide().decision.stopped()) << trial;
    ruled.enter(trial, in_turn(trial, 0.02));
  }
  EXPECT_EQ(ruled.decide().decision.chips, 24U);
  EXPECT_TRUE(ruled.decide().decision.met);
  EXPECT_TRUE(ruled.decide().is_exact);
  EXPECT_EQ(ruled.decide().needed, 24U);
  EXPECT_NEAR(ruled.decide().decision.estimate.half_width, 2.06866 * 0.02 * std::sqrt(24.0 / 23) / std::sqrt(24.0),
              1e-6);
  ruled.enter(24, 0.1);  // whatever comes later does not change where it stopped, but is no longer looked at
  EXPECT_EQ(ruled.decide().decision.chips, 24U);
  EXPECT_FALSE(ruled.decide().is_exact);
}

TEST(StoppingRules, LookAtCompletePrefixesOnly) {
  Ruled ruled;
  for (std::size_t trial = 0; trial < 40; ++trial)
    if (trial != 3) ruled.enter(trial, 0.9);
  EXPECT_FALSE(ruled.decide().decision.stopped());
  EXPECT_EQ(ruled.decide().needed, 16U);
  ruled.enter(3, 0.9);
  EXPECT_EQ(ruled.decide().decision.chips, 16U);
}

TEST(StoppingRules, EndAtTheMost) {
  Ruled ruled;
  for (std::size_t trial = 0; trial < 60; ++trial) ruled.enter(trial, in_turn(trial, 0.4));
  EXPECT_EQ(ruled.decide().decision.chips, 60U);
  EXPECT_FALSE(ruled.decide().decision.met);
  EXPECT_EQ(ruled.decide().needed, 60U);
}

TEST(StoppingRules, LookAtMeansOverAllReplicas) {
  Ruled ruled(2);
  for (std::size_t trial = 0; trial < 16; ++trial) ruled.enter(trial, in_turn(trial, 0.3), 0);
  EXPECT_EQ(ruled.decide().needed, 16U) << "the other replica has none";
  for (std::size_t trial = 0; trial < 16; ++trial) ruled.enter(trial, in_turn(trial + 1, 0.3), 1);
  EXPECT_EQ(ruled.decide().decision.chips, 16U) << "the means are all 0.9";
}

TEST(StoppingRules, LeaveOutATrainingThatDiverged) {
  Ruled ruled(2);
  for (std::size_t trial = 0; trial < 24; ++trial) {
    ruled.enter(trial, in_turn(trial, 0.02), 0);
    ruled.enter(trial, NAN, 1);
  }
  EXPECT_EQ(ruled.decide().decision.chips, 24U);
  EXPECT_TRUE(ruled.decide().decision.met);
  Ruled hopeless;
  for (std::size_t trial = 0; trial < 16; ++trial) hopeless.enter(trial, NAN);
  EXPECT_EQ(hopeless.decide().decision.chips, 16U) << "nothing will ever come of it";
  EXPECT_FALSE(hopeless.decide().decision.met);
}

TEST(StoppingRules, ArraysAreLookedAtChipByChip) {
  const Ruled ruled(1, {"hardware.simulate=\"arrays\"", "trials.until.min=11"});
  EXPECT_EQ(ruled.decide().needed, 11U);
}

// 20 images and equal chips: the sd counts as half an image's on one of all, sqrt(1 / (4 * 20 * n)).
TEST(StoppingRules, EqualChipsOfFewImagesDoNotStopAtOnce) {
  Ruled ruled;
  for (std::size_t trial = 0; trial < 16; ++trial) {
    ruled.enter(trial, 0.95);
    ruled.table.values[kCorrect][ruled.table.shape.cell(0, 0, trial)] = 19;
  }
  const double half = 2.13145 * std::sqrt(1.0 / (4 * 20 * 16)) / 4;  // .0149
  EXPECT_FALSE(ruled.decide().decision.stopped());
  Ruled looser(1, {"trials.until.half_width=0.0149"});
  looser.table = ruled.table;
  EXPECT_TRUE(looser.decide().decision.met);
  EXPECT_NEAR(looser.decide().decision.estimate.half_width, half, 1e-6);
}

// Chips 0 .. 31 decide on the samples of all others: before they are there nothing is decided.
TEST(StoppingRules, LookAtNothingBeforeThePilotIsThere) {
  Ruled ruled(1, {"trials.images=\"two-stage\""});
  EXPECT_EQ(ruled.decide().needed, 32U);
  for (std::size_t trial = 0; trial < 31; ++trial) ruled.enter(trial, in_turn(trial, 0.001));
  EXPECT_FALSE(ruled.decide().decision.stopped());
  ruled.enter(31, in_turn(31, 0.001));
  EXPECT_EQ(ruled.decide().decision.chips, 32U);
  const Ruled stated(1, {"trials.images=100"}), patient(1, {"trials.images=\"two-stage\"", "trials.until.min=40"});
  EXPECT_EQ(stated.decide().needed, 16U) << "no pilot";
  EXPECT_EQ(patient.decide().needed, 40U);
}

// As above, but of 1000 images chips saw 20 or more: the half-width is that of 20.
TEST(StoppingRules, CountTheImagesThatChipsSaw) {
  Ruled ruled(1, {"trials.images=20"});
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({kSampledImages, "images", "", {}});
  ruled.table = Table(ruled.table.shape, metrics);
  for (std::size_t trial = 0; trial < 16; ++trial) {
    ruled.enter(trial, 0.95);
    const std::size_t cell = ruled.table.shape.cell(0, 0, trial);
    ruled.table.values[kCorrect][cell] = NAN;
    ruled.table.values[4][cell] = trial == 3 ? 20 : 30;
  }
  EXPECT_FALSE(ruled.decide().decision.stopped());
  Ruled looser(1, {"trials.images=20", "trials.until.half_width=0.0149"});
  looser.table = ruled.table;
  EXPECT_TRUE(looser.decide().decision.met);
  EXPECT_NEAR(looser.decide().decision.estimate.half_width, 2.13145 * std::sqrt(1.0 / (4 * 20 * 16)) / 4, 1e-6);
}

}  // namespace stopping_test
}  // namespace ohmcarlo
