#include "deployment/deployment.hpp"

#include <gtest/gtest.h>

#include "deployment/calibrate.hpp"
#include "deployment/retrain.hpp"
#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace deployment_test {

using small::Chip;
using small::kKey;
using small::kNoPoll;

InSituOptions some_training(double threshold = 1e-9) {
  return {.threshold = threshold, .updates = 25, .check_every = 10, .batch = 20, .learning_rate = 0.1};
}

struct Result {
  DeploymentOutcome outcome;
  double loss;

  friend bool operator==(const Result& a, const Result& b) {
    return a.outcome.writes == b.outcome.writes && a.outcome.updates == b.outcome.updates &&
           a.outcome.error_before == b.outcome.error_before && a.outcome.error_after == b.outcome.error_after &&
           a.loss == b.loss;
  }
};

Result run(Chip& chip, const Deployment& deployment, std::uint32_t trial) {
  chip.arrays.program(kKey, 0, trial, kNoPoll);
  DeploymentOutcome outcome = deployment.run(chip.arrays, kNoPoll);
  return {std::move(outcome), chip.loss()};
}

// Noise at every read, converters, cells that vary at every read: all of it by address.
TEST(Deployment, ChipsAreTheSameWhateverWasDeployedBefore) {
  ArrayOptions noisy = small::defective(0.2);
  noisy.cells.defects->redrawn = true;
  noisy.read_noise = {0.05F, 0, 0};
  noisy.dac.coding.bits = 6;
  noisy.adc.bits = 8;
  for (const bool in_situ : {false, true}) {
    DeploymentOptions options;
    options.calibrate = CalibrateOptions{.reads = 2};
    if (in_situ) options.in_situ = some_training();
    Chip one(noisy), other(noisy);
    const Deployment forward(options, one.arrays, one.seen, kNoPoll),
        backward(options, other.arrays, other.seen, kNoPoll);
    std::vector<Result> chips;
    for (std::uint32_t trial = 0; trial < 3; ++trial) chips.push_back(run(one, forward, trial));
    for (const std::uint32_t trial : {2U, 1U, 0U}) EXPECT_EQ(run(other, backward, trial), chips[trial]);
    EXPECT_NE(chips[0].loss, chips[1].loss);
  }
}

TEST(Deployment, StopsAtTheThresholdAndAtTheCap) {
  Chip chip;
  DeploymentOptions options;
  options.in_situ = some_training(1e9);
  const Result near = run(chip, Deployment(options, chip.arrays, chip.seen, kNoPoll), 0);
  EXPECT_EQ(near.outcome.updates, 0);
  EXPECT_EQ(near.outcome.writes, 0U);
  EXPECT_EQ(near.outcome.error_before, near.outcome.error_after);
  options.in_situ->threshold = 0;
  const Result far = run(chip, Deployment(options, chip.arrays, chip.seen, kNoPoll), 0);
  EXPECT_EQ(far.outcome.updates, 25);  // 10 + 10 + 5
  EXPECT_GT(far.outcome.writes, 0U);
  EXPECT_LT(far.loss, near.loss);
}

TEST(Deployment, StopsAtTheFirstLookBelowTheThreshold) {
  Chip chip;
  DeploymentOptions options;
  options.in_situ = some_training(0);
  options.in_situ->updates = 10;
  const auto outcome_of_chip = [&] {
    return run(chip, Deployment(options, chip.arrays, chip.seen, kNoPoll), 1).outcome;
  };
  const std::vector<double> after = outcome_of_chip().error_after;
  options.in_situ->updates = 1000;
  options.in_situ->threshold = *std::max_element(after.begin(), after.end());  // not above it: that is enough
  const DeploymentOutcome outcome = outcome_of_chip();
  const double before = *std::max_element(outcome.error_before.begin(), outcome.error_before.end());
  EXPECT_EQ(outcome.updates, before > options.in_situ->threshold ? 10 : 0);
}

// The chip after in-situ training is calibrated anew: its correction is that of the cells it has now.
TEST(Deployment, CalibratesAnewAfterTraining) {
  Chip chip;
  DeploymentOptions options;
  options.calibrate =
      CalibrateOptions{.form = StandardForm::projection, .standard = StandardKind::ones, .groups = 1000};
  options.in_situ = some_training(0);
  const Deployment deployment(options, chip.arrays, chip.seen, kNoPoll);
  const Result result = run(chip, deployment, 0);
  EXPECT_EQ(result.outcome.updates, 25);
  for (const double error : result.outcome.error_after) EXPECT_LT(error, 1e-6);
  for (const double error : result.outcome.error_before) EXPECT_GT(error, 1e-3);
}

// Updates that change nothing leave the calibrations alone: the last of them is the third of this chip, with noise of
// its own.
TEST(Deployment, EveryCalibrationOfAChipHasNoiseOfItsOwn) {
  ArrayOptions noisy = small::defective();
  noisy.read_noise = {0.2F, 0, 0};
  DeploymentOptions options;
  options.calibrate = CalibrateOptions{.standard = StandardKind::ones};
  options.in_situ = InSituOptions{.threshold = 0, .updates = 20, .check_every = 10, .batch = 5, .learning_rate = 0};
  Chip chip(noisy);
  ASSERT_EQ(Deployment(options, chip.arrays, chip.seen, kNoPoll).run(chip.arrays, kNoPoll).updates, 20);
  // What a calibrated layer makes of nothing is its correction, but for the noise of this read.
  const auto corrections = [](const Chip& of) {
    const Matrix<float> nothing = Matrix<float>::Zero(1, 36);
    Matrix<float> y(1, 20);
    const std::vector<std::uint32_t> name{0};
    of.arrays.read(0, nothing, {name, 1}, of.arrays.chip(0), y, kNoPoll);
    return y;
  };
  for (const std::uint64_t round : {0U, 1U, 2U, 3U}) {
    Chip other(noisy);
    calibrate(other.arrays, standard_inputs(*options.calibrate, other.arrays, other.seen, kNoPoll), 1, round, kNoPoll);
    EXPECT_EQ(corrections(other) == corrections(chip), round == 2) << round;
  }
}

// Images that are not among those to be seen decide on nothing but the mean inputs, which steps without calibration do
// not use; nor do test images.
TEST(Deployment, SeesNoImagesButThoseOfTheSplit) {
  DeploymentOptions options;
  options.retrain = RetrainOptions{.updates = 20};
  options.in_situ = some_training();
  std::vector<DeploymentOutcome> outcomes;
  for (const bool spoilt : {false, true}) {
    Chip chip;
    if (spoilt) {
      const SampleSet& usual = *chip.training;
      std::vector<std::uint8_t> pixels(usual.pixels().begin(), usual.pixels().end());
      std::fill(pixels.begin() + 350 * 36, pixels.end(), std::uint8_t{255});
      chip.seen.images = std::make_shared<const SampleSet>(SampleSet::of_images(
          usual.shape(), std::move(pixels), {usual.labels().begin(), usual.labels().end()}, usual.classes()));
    }
    outcomes.push_back(Deployment(options, chip.arrays, chip.seen, kNoPoll).run(chip.arrays, kNoPoll));
  }
  EXPECT_EQ(outcomes[0].writes, outcomes[1].writes);
  EXPECT_EQ(outcomes[0].error_after, outcomes[1].error_after);
}

// A chip's defects are those of its address: steps do not change them, and those of a lower rate are among them.
TEST(Deployment, DefectsAreNestedAndOfTheChip) {
  const Chip few(small::defective(0.05)), many(small::defective(0.2));
  for (const bool negative : {false, true}) {
    const auto a = few.kinds(1, negative), b = many.kinds(1, negative);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      if (a[i] != kFree) {
        ASSERT_EQ(a[i], b[i]);
        ASSERT_EQ(few.cells(1, negative).data()[i], many.cells(1, negative).data()[i]);
      }
  }
}

TEST(Deployment, DefectsOfOneLayerLeaveTheOthersAlone) {
  ArrayOptions options = small::defective(0.3);
  options.cells.defects->layers = {1};
  const Chip chip(options), all(small::defective(0.3));
  for (const std::size_t clean : {0U, 2U})
    EXPECT_LT((chip.arrays.layer(clean).read_back() - chip.state.parameters[clean].weights).cwiseAbs().maxCoeff(),
              1e-6);
  EXPECT_EQ(chip.arrays.layer(1).read_back(), all.arrays.layer(1).read_back());
}

}  // namespace deployment_test
}  // namespace ohmcarlo
