// A training that is stopped at any step and goes on from what was kept ends as if it had never stopped.
#include "training/progress.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "network/architecture.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace progress_test {

/// Everything that a training may have a state of.
const NetworkSpec& branched() {
  static const NetworkSpec spec =
      build_network({1, 6, 6}, 3,
                    std::vector<std::string>{"conv 2 padding 1", "norm", "relu", "residual 3 stride 2", "dropout 0.2",
                                             "flatten", "dense classes"});
  return spec;
}

TrainingData few_images() {
  TrainingData data = synthetic::data();
  data.training.resize(40);
  data.validation.resize(20);
  return data;
}

/// 3 epochs of 5 steps.
TrainingOptions options(MethodKind method, OptimizerKind optimizer) {
  TrainingOptions options = synthetic::options();
  options.method = method;
  options.optimizer = optimizer;
  options.epochs = 3;
  options.batch = 9;
  options.weight_decay = 1e-3;
  options.schedule = ScheduleKind::cosine;
  options.augmentation = {1, true};
  options.noise.sigma = 0.1;
  options.validation_chips = 2;
  if (method == MethodKind::irs) options.irs = {.beta = 0.1, .hidden = 5, .heads = {{"relu1", 2}, {"block1.relu2", 2}}};
  return options;
}

bool same_bits(const TrainedModel& a, const TrainedModel& b) {
  // The bytes hold all of a state; NaN equals NaN.
  const auto bytes = [](const TrainedModel& model) {
    TrainingProgress progress;
    progress.state = progress.model.state = model.state;
    progress.model = model;
    return pack(progress);
  };
  return bytes(a) == bytes(b);
}

TrainedModel whole(const TrainingOptions& options, const TrainingData& data) {
  return train_model(branched(), options, data, {1, 0}, [] {});
}

/// Keeps the progress as bytes, when asked to or never by itself.
struct Keeper final : TrainingWatch {
  std::vector<std::string> kept;
  int epochs = 0;
  bool always = false;

  void on_epoch(int epoch, const EpochReport&) override {
    EXPECT_GT(epoch, epochs);
    epochs = epoch;
  }
  bool due() override { return always; }
  void keep(const TrainingProgress& progress) override { kept.push_back(pack(progress)); }
};

TrainedModel resumed(const std::string& kept, const TrainingOptions& options, const TrainingData& data) {
  return train_model(
      branched(), options, data, {1, 0}, [] {}, unpack_progress(kept, branched(), options));
}

TEST(Progress, PackedAndUnpackedIsTheSame) {
  const TrainingOptions adam = options(MethodKind::plain, OptimizerKind::adam);
  Keeper keeper;
  keeper.always = true;
  (void)train_model(
      branched(), adam, few_images(), {1, 0}, [] {}, begin_training(branched(), adam, {1, 0}), &keeper);
  ASSERT_GT(keeper.kept.size(), 15U);
  for (const std::string& kept : keeper.kept) EXPECT_EQ(pack(unpack_progress(kept, branched(), adam)), kept);
  const TrainingProgress middle = unpack_progress(keeper.kept[8], branched(), adam);
  EXPECT_GT(middle.steps, 5U);
  EXPECT_LT(middle.steps, 10U);
  EXPECT_EQ(middle.optimizer.steps, static_cast<std::int64_t>(middle.steps));
  EXPECT_EQ(middle.model.epochs.size(), 1U);
  EXPECT_GT(middle.loss_sum, 0);
}

TEST(Progress, OfAnotherNetworkOrOptimiserOrCutShortIsRefused) {
  const TrainingOptions adam = options(MethodKind::plain, OptimizerKind::adam);
  const std::string kept = pack(begin_training(branched(), adam, {1, 0}));
  EXPECT_NO_THROW((void)unpack_progress(kept, branched(), adam));
  EXPECT_THROW((void)unpack_progress(kept, synthetic::kSpec, adam), std::logic_error);
  EXPECT_THROW((void)unpack_progress(kept, branched(), options(MethodKind::plain, OptimizerKind::sgd)),
               std::logic_error);
  EXPECT_THROW((void)unpack_progress(kept.substr(0, kept.size() - 1), branched(), adam), std::logic_error);
  EXPECT_THROW((void)unpack_progress(kept + "x", branched(), adam), std::logic_error);
  EXPECT_THROW((void)unpack_progress("", branched(), adam), std::logic_error);
}

class Resumed : public testing::TestWithParam<std::pair<MethodKind, OptimizerKind>> {};

TEST_P(Resumed, FromWhateverWasKeptEndsInTheSameBits) {
  const TrainingOptions own = options(GetParam().first, GetParam().second);
  const TrainingData data = few_images();
  const TrainedModel expected = whole(own, data);
  EXPECT_EQ(expected.epochs.size(), 3U);
  Keeper keeper;
  keeper.always = true;
  const TrainedModel watched = train_model(
      branched(), own, data, {1, 0}, [] {}, begin_training(branched(), own, {1, 0}), &keeper);
  EXPECT_TRUE(same_bits(watched, expected)) << "who watches changes nothing";
  EXPECT_EQ(keeper.epochs, 3);
  for (std::size_t i = 0; i < keeper.kept.size(); ++i)
    EXPECT_TRUE(same_bits(resumed(keeper.kept[i], own, data), expected)) << "kept as number " << i;
}

// Poll is called before every step and while an epoch is validated.
TEST_P(Resumed, AfterAnyInterruptionEndsInTheSameBits) {
  const TrainingOptions own = options(GetParam().first, GetParam().second);
  const TrainingData data = few_images();
  const TrainedModel expected = whole(own, data);
  int all = 0;
  (void)train_model(branched(), own, data, {1, 0}, [&] { ++all; });
  EXPECT_EQ(all, 3 * (5 + (own.method == MethodKind::plain ? 1 : 2)));
  for (int at = 1; at <= all; ++at) {
    Keeper keeper;
    int polls = 0;
    const Poll poll = [&] {
      if (++polls == at) throw Interrupted();
    };
    EXPECT_THROW(
        (void)train_model(branched(), own, data, {1, 0}, poll, begin_training(branched(), own, {1, 0}), &keeper),
        Interrupted);
    ASSERT_EQ(keeper.kept.size(), 1U) << "at poll " << at;
    EXPECT_TRUE(same_bits(resumed(keeper.kept[0], own, data), expected)) << "at poll " << at;
  }
}

TEST_P(Resumed, InterruptedAfterEveryStepEndsInTheSameBits) {
  const TrainingOptions own = options(GetParam().first, GetParam().second);
  const TrainingData data = few_images();
  std::string kept = pack(begin_training(branched(), own, {1, 0}));
  int runs = 0;
  for (;; ++runs) {
    ASSERT_LT(runs, 100);
    Keeper keeper;
    int polls = 0;
    const Poll poll = [&] {
      if (++polls == 2 + runs % 2) throw Interrupted();
    };
    try {
      const TrainedModel model =
          train_model(branched(), own, data, {1, 0}, poll, unpack_progress(kept, branched(), own), &keeper);
      EXPECT_TRUE(same_bits(model, whole(own, data)));
      break;
    } catch (const Interrupted&) {
      kept = keeper.kept.at(0);
    }
  }
  EXPECT_GE(runs, 8);
}

INSTANTIATE_TEST_SUITE_P(Methods, Resumed,
                         testing::Values(std::pair{MethodKind::plain, OptimizerKind::adam},
                                         std::pair{MethodKind::plain, OptimizerKind::sgd},
                                         std::pair{MethodKind::noise_injection, OptimizerKind::adam},
                                         std::pair{MethodKind::irs, OptimizerKind::adam}));

TEST(Progress, QuantisedTrainingResumesToo) {
  TrainingOptions own = options(MethodKind::noise_injection, OptimizerKind::sgd);
  own.weight_bits = 4;
  own.activation_bits = 4;
  const TrainingData data = few_images();
  const TrainedModel expected = whole(own, data);
  Keeper keeper;
  keeper.always = true;
  (void)train_model(
      branched(), own, data, {1, 0}, [] {}, begin_training(branched(), own, {1, 0}), &keeper);
  for (const std::size_t i : {std::size_t{0}, std::size_t{7}, keeper.kept.size() - 1})
    EXPECT_TRUE(same_bits(resumed(keeper.kept[i], own, data), expected)) << i;
}

TEST(Progress, OfADivergedTrainingDivergesAgain) {
  TrainingOptions own = options(MethodKind::plain, OptimizerKind::sgd);
  own.learning_rate = 1e3;
  own.weight_decay = 1e3;
  own.epochs = 20;
  own.schedule = ScheduleKind::constant;
  const TrainedModel expected = whole(own, few_images());
  ASSERT_TRUE(expected.diverged);
  Keeper keeper;
  keeper.always = true;
  (void)train_model(
      branched(), own, few_images(), {1, 0}, [] {}, begin_training(branched(), own, {1, 0}), &keeper);
  const TrainedModel again = resumed(keeper.kept.back(), own, few_images());
  EXPECT_TRUE(again.diverged);
  EXPECT_TRUE(same_bits(again, expected));
}

}  // namespace progress_test
}  // namespace ohmcarlo
