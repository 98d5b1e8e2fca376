#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace trainer_test {

using synthetic::kSpec;
using synthetic::same_bits;
using synthetic::trained;

TEST(Training, LearnsASeparableProblem) {
  for (const OptimizerKind optimizer : {OptimizerKind::adam, OptimizerKind::sgd}) {
    TrainingOptions options = synthetic::options();
    options.optimizer = optimizer;
    const TrainedModel model = trained(options);
    EXPECT_FALSE(model.diverged);
    ASSERT_EQ(model.epochs.size(), 5U);
    EXPECT_GE(model.epochs[static_cast<std::size_t>(model.epoch - 1)].validation_accuracy, 0.95);
    EXPECT_LT(model.epochs.back().loss, 0.5 * model.epochs.front().loss);
  }
}

TEST(Training, TwiceGivesTheSameBits) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::noise_injection;
  options.noise.sigma = 0.1;
  const TrainedModel first = trained(options);
  const TrainedModel again = trained(options);
  EXPECT_TRUE(same_bits(first.state.parameters, again.state.parameters));
  EXPECT_EQ(first.epoch, again.epoch);
  for (std::size_t i = 0; i < first.epochs.size(); ++i) {
    EXPECT_EQ(first.epochs[i].loss, again.epochs[i].loss);
    EXPECT_EQ(first.epochs[i].validation_accuracy, again.epochs[i].validation_accuracy);
  }
}

TEST(Training, ReplicasAndSeedsDiffer) {
  const TrainedModel model = trained(synthetic::options());
  EXPECT_FALSE(
      same_bits(model.state.parameters, trained(synthetic::options(), synthetic::data(), {1, 1}).state.parameters));
  EXPECT_FALSE(
      same_bits(model.state.parameters, trained(synthetic::options(), synthetic::data(), {2, 0}).state.parameters));
}

TEST(Training, NoiseOfSigmaZeroIsPlainTraining) {
  const TrainedModel plain = trained(synthetic::options());
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::noise_injection;
  const TrainedModel quiet = trained(options);
  EXPECT_TRUE(same_bits(plain.state.parameters, quiet.state.parameters));
  EXPECT_EQ(plain.epoch, quiet.epoch);
  for (std::size_t i = 0; i < plain.epochs.size(); ++i) {
    EXPECT_EQ(plain.epochs[i].loss, quiet.epochs[i].loss);
    EXPECT_DOUBLE_EQ(plain.epochs[i].validation_accuracy, quiet.epochs[i].validation_accuracy);
  }
  options.noise.sigma = 0.1;
  EXPECT_FALSE(same_bits(plain.state.parameters, trained(options).state.parameters));
}

// A schedule of its own for each of the two; Adam begins anew, so that a first step moves by the learning rate.
TEST(Training, PretrainingIsPlainTrainingBeforeAnyMethod) {
  TrainingOptions plain = synthetic::options();
  plain.schedule = ScheduleKind::cosine;
  plain.batch = 300;
  plain.epochs = 3;
  const TrainedModel before = trained(plain);
  for (const MethodKind method : {MethodKind::plain, MethodKind::noise_injection, MethodKind::ovf, MethodKind::irs,
                                  MethodKind::kurtosis, MethodKind::kure}) {
    TrainingOptions options = plain;
    options.method = method;
    options.noise.sigma = 0.1;
    options.pretrain_epochs = 3;
    options.epochs = 1;
    const TrainedModel both = trained(options);
    ASSERT_EQ(both.epochs.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(both.epochs[i].loss, before.epochs[i].loss);
    EXPECT_EQ(both.epoch, 4);
    const Matrix<float> step = both.state.parameters[1].weights - before.state.parameters[1].weights;
    EXPECT_NEAR(step.cwiseAbs().maxCoeff(), plain.learning_rate, 0.01 * plain.learning_rate);
  }
}

TEST(Training, ChoosesTheEarliestOfTheBestEpochs) {
  TrainingOptions options = synthetic::options();
  options.epochs = 12;
  options.learning_rate = 0.05;  // restless, so that accuracies go up and down
  const TrainedModel model = trained(options);
  const auto best = std::max_element(
      model.epochs.begin(), model.epochs.end(),
      [](const EpochReport& a, const EpochReport& b) { return a.validation_accuracy < b.validation_accuracy; });
  EXPECT_EQ(model.epoch, best - model.epochs.begin() + 1);
  EXPECT_GT(
      std::count_if(model.epochs.begin(), model.epochs.end(),
                    [&](const EpochReport& epoch) { return epoch.validation_accuracy == best->validation_accuracy; }),
      1);
  // Its parameters are those of a training that ended there.
  options.epochs = model.epoch;
  TrainingData data = synthetic::data();
  data.validation.clear();
  EXPECT_TRUE(same_bits(model.state.parameters, trained(options, data).state.parameters));
}

TEST(Training, WithoutValidationDataTakesTheLastEpoch) {
  TrainingData data = synthetic::data();
  data.validation.clear();
  const TrainedModel model = trained(synthetic::options(), data);
  EXPECT_EQ(model.epoch, 5);
  for (const EpochReport& epoch : model.epochs) EXPECT_TRUE(std::isnan(epoch.validation_accuracy));
}

TEST(Training, ReportsTheMeanLossOverImages) {
  // At a rate of practically zero every step sees the initial network, whatever the sizes of the batches.
  TrainingOptions options = synthetic::options();
  options.learning_rate = 1e-30;
  options.epochs = 1;
  options.batch = 300;
  const double whole = trained(options).epochs[0].loss;
  options.batch = 77;  // the last step has 69 images
  EXPECT_NEAR(trained(options).epochs[0].loss, whole, 1e-6 * whole);
}

TEST(Training, DivergenceIsReportedNotThrown) {
  TrainingOptions options = synthetic::options();
  options.optimizer = OptimizerKind::sgd;
  options.learning_rate = 1e3;
  options.weight_decay = 1e3;
  const TrainedModel model = trained(options);
  EXPECT_TRUE(model.diverged);
  EXPECT_LT(model.epochs.size(), 5U);
}

// Cells have no conductance for a weight that is not finite: such a training diverges, too, it does not throw.
TEST(Training, DivergenceOnArraysIsReportedNotThrown) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::noise_injection;
  options.noise_arrays.emplace();
  options.noise_arrays->cells.variation.sigma = 0.1;
  options.optimizer = OptimizerKind::sgd;
  options.learning_rate = 1e3;
  options.weight_decay = 1e3;
  EXPECT_TRUE(trained(options).diverged);
}

TEST(Training, OnArraysLearnsUnderTheirNoise) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::noise_injection;
  options.noise_arrays.emplace();
  options.noise_arrays->cells.variation.sigma = 0.05;
  const TrainedModel model = trained(options);
  EXPECT_GE(model.epochs[static_cast<std::size_t>(model.epoch - 1)].validation_accuracy, 0.95);
}

TEST(Training, WithManyBitsIsNearlyPlain) {
  TrainingOptions options = synthetic::options();
  const TrainedModel plain = trained(options);
  options.weight_bits = 16;
  options.activation_bits = 16;
  const TrainedModel fine = trained(options);
  EXPECT_FALSE(same_bits(plain.state.parameters, fine.state.parameters));
  for (std::size_t i = 0; i < plain.epochs.size(); ++i)
    EXPECT_NEAR(fine.epochs[i].loss, plain.epochs[i].loss, 1e-2 * plain.epochs[i].loss) << i;
  options.weight_bits = 3;
  options.activation_bits = 3;
  const TrainedModel coarse = trained(options);
  EXPECT_GE(coarse.epochs[static_cast<std::size_t>(coarse.epoch - 1)].validation_accuracy, 0.9)
      << "it learns all the same";
  EXPECT_GT(std::abs(coarse.epochs[0].loss - plain.epochs[0].loss),
            std::abs(fine.epochs[0].loss - plain.epochs[0].loss));
}

// Black images hide weights that have run away: the loss only sees the biases.
TEST(Training, ParametersThatAreNotFiniteAreADivergence) {
  const SampleSet black =
      SampleSet::of_images({1, 6, 6}, std::vector<std::uint8_t>(8 * 36, 0), std::vector<Label>(8, 1), 3);
  const TrainingData data{&black, {}, {0, 1, 2, 3, 4, 5, 6, 7}, {}};
  TrainingOptions options = synthetic::options();
  options.optimizer = OptimizerKind::sgd;
  options.learning_rate = 1e3;
  options.weight_decay = 1e3;
  options.momentum = 0;
  for (options.epochs = 1; options.epochs <= 12; ++options.epochs) {
    const TrainedModel model = trained(options, data);
    if (model.diverged) return;
    for (const LayerParameters<float>& layer : model.state.parameters)
      ASSERT_TRUE(layer.weights.allFinite() && layer.bias.allFinite()) << "after " << options.epochs << " epochs";
  }
  FAIL() << "never diverged";
}

TEST(Training, PassesOnWhatPollThrows) {
  int polls = 0;
  const Poll poll = [&] {
    if (++polls == 7) throw Interrupted();
  };
  EXPECT_THROW((void)train_model(kSpec, synthetic::options(), synthetic::data(), {1, 0}, poll), Interrupted);
  EXPECT_EQ(polls, 7);
}

TEST(Training, TheLastStepTakesWhatIsLeft) {
  // 300 images in batches of 299: two steps an epoch, the second with one image.
  int polls = 0;
  TrainingOptions options = synthetic::options();
  options.batch = 299;
  options.epochs = 1;
  TrainingData data = synthetic::data();
  data.validation.clear();
  (void)train_model(kSpec, options, data, {1, 0}, [&] { ++polls; });
  EXPECT_EQ(polls, 2);
  options.batch = 1000000;
  polls = 0;
  (void)train_model(kSpec, options, data, {1, 0}, [&] { ++polls; });
  EXPECT_EQ(polls, 1);
}

}  // namespace trainer_test
}  // namespace ohmcarlo
