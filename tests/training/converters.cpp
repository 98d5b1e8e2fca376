// Methods ste-adc and concrete-adc.

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/array_network.hpp"
#include "training/converter_training.hpp"
#include "training/progress.hpp"

namespace ohmcarlo {
namespace converters_test {

using synthetic::kNoPoll;
using synthetic::through_converters;

/// A convolution, a normalisation, a pooling and a dense layer on 6 x 6 images.
const NetworkSpec& convolutional() {
  static const NetworkSpec spec =
      build_network({1, 6, 6}, 3,
                    std::vector<std::string>{"conv 4 padding 1", "norm", "relu", "max-pool 2", "conv 5 padding 1",
                                             "relu", "flatten", "dense classes"});
  return spec;
}

Matrix<float> validated_logits(const NetworkSpec& spec, const TrainingOptions& options,
                               const NetworkState<float>& state, Index count) {
  const Network<float> network(spec);
  const auto method = make_method(network, options, {1, 0});
  std::vector<std::uint32_t> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), 0U);
  const auto networks = method->networks_to_validate(state);
  EXPECT_EQ(networks.size(), 1U);
  Activations<float> activations;
  return network.forward(synthetic::pixels(count), networks[0]->pass(samples, nullptr), activations).map();
}

Matrix<float> logits_of_chip(const NetworkSpec& spec, const ArrayOptions& arrays, const NetworkState<float>& state,
                             Index count) {
  ArrayNetwork chip(std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, state}), {.arrays = arrays},
                    synthetic::images(), std::make_shared<const EvaluationSet>(synthetic::images()), kNoPoll);
  chip.program(5, 0, 0, kNoPoll);
  std::vector<std::uint32_t> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), 0U);
  return chip.logits(samples, kNoPoll).logits;
}

struct ChipCase {
  const NetworkSpec* spec;
  std::vector<std::int64_t> ideal_layers;
  int weight_bits;  ///< of training
  WeightRule rule;
};

class OnChips : public testing::TestWithParam<ChipCase> {};

// What training sees at the nearest code is what chips with cells without errors compute.
TEST_P(OnChips, SteSeesTheVeryBitsOfChipsWithTrainedRanges) {
  TrainingOptions options = through_converters(MethodKind::ste_adc);
  options.weight_bits = GetParam().weight_bits;
  options.weight_rule = GetParam().rule;
  ArrayOptions& arrays = options.converters->arrays;
  if (options.weight_rule == WeightRule::ternary) {
    arrays.format = {Mapping::one_sided, 1, 1};
    arrays.cells.range.top = 1;
  }
  arrays.ideal_layers = GetParam().ideal_layers;
  const TrainedModel model = train_model(*GetParam().spec, options, synthetic::data(), {1, 0}, kNoPoll);
  ASSERT_FALSE(model.diverged);
  const Matrix<float> trained = validated_logits(*GetParam().spec, options, model.state, 300);
  EXPECT_TRUE(trained == logits_of_chip(*GetParam().spec, arrays, model.state, 300));
  // The scale decides: one code more or less somewhere.
  NetworkState<float> moved = model.state;
  const bool ideal_last = !arrays.ideal_layers.empty();
  moved.converters.adc(ideal_last ? 1 : 0) *= 1.05F;
  if (GetParam().spec == &convolutional() || !ideal_last) {
    EXPECT_FALSE(trained == logits_of_chip(*GetParam().spec, arrays, moved, 300));
    EXPECT_TRUE(validated_logits(*GetParam().spec, options, moved, 300) ==
                logits_of_chip(*GetParam().spec, arrays, moved, 300));
  }
}

INSTANTIATE_TEST_SUITE_P(All, OnChips,
                         testing::Values(ChipCase{&synthetic::kSpec, {}, 2, WeightRule::largest},
                                         ChipCase{&synthetic::kSpec, {}, 0, WeightRule::ternary},
                                         ChipCase{&synthetic::kSpec, {}, 0, WeightRule::largest},
                                         ChipCase{&synthetic::kSpec, {2}, 0, WeightRule::ternary},
                                         ChipCase{&convolutional(), {}, 0, WeightRule::ternary},
                                         ChipCase{&convolutional(), {}, 2, WeightRule::largest},
                                         ChipCase{&convolutional(), {1, -1}, 0, WeightRule::ternary}));

/// The gradient of one step on the first 32 images, scales fixed before.
struct ConverterStep {
  Network<float> network;
  TrainingOptions options;
  NetworkState<float> state;
  std::unique_ptr<Method> method;

  explicit ConverterStep(const TrainingOptions& of, TrainingStream stream = {1, 0},
                         const NetworkSpec& spec = synthetic::kSpec)
      : network(spec),
        options(of),
        state(begin_training(spec, of, {1, 0}).state),
        method(make_method(network, options, stream)) {
    method->begin_epoch(0, synthetic::images(), {}, state, kNoPoll);
  }
  ConverterStep(const ConverterStep&) = delete;

  double operator()(std::uint64_t step, NetworkGradient<float>& gradient) {
    gradient = zero_gradient(options, synthetic::kSpec);
    std::vector<Label> first;
    for (std::uint32_t i = 0; i < 32; ++i) first.push_back(synthetic::images().labels(i).front());
    return method->gradient(synthetic::pixels(32), first, state, step, gradient);
  }
  NetworkGradient<float> gradient(std::uint64_t step) {
    NetworkGradient<float> found;
    (void)(*this)(step, found);
    return found;
  }
};

TEST(Converters, EveryStepAndReplicaHasItsOwnNoise) {
  for (const MethodKind method : {MethodKind::ste_adc, MethodKind::concrete_adc}) {
    ConverterStep first(through_converters(method, 0.7)), again(through_converters(method, 0.7)),
        other(through_converters(method, 0.7), {1, 1});
    const Matrix<float> one = first.gradient(1).parameters[0].weights;
    EXPECT_EQ(one, again.gradient(1).parameters[0].weights);
    EXPECT_NE(one, first.gradient(2).parameters[0].weights);
    EXPECT_NE(one, other.gradient(1).parameters[0].weights);
    ConverterStep quiet(through_converters(method));
    EXPECT_EQ(quiet.gradient(1).parameters[0].weights, quiet.gradient(2).parameters[0].weights);
  }
}

TEST(Converters, ScalesMoveAndBelongToTheModel) {
  for (const MethodKind method : {MethodKind::ste_adc, MethodKind::concrete_adc}) {
    const TrainingOptions options = through_converters(method, 0.3);
    const TrainedModel model = synthetic::trained(options);
    const ConverterStep begun(options);
    ASSERT_EQ(model.state.converters.adc.size(), 2);
    EXPECT_EQ(model.state.converters.adc_bits, 4);
    for (Index i = 0; i < 2; ++i) {
      const float moved = model.state.converters.adc(i) / begun.state.converters.adc(i);
      EXPECT_GT(std::fabs(std::log(moved)), 1e-3F);
      EXPECT_LT(std::fabs(std::log(moved)), 20 * 0.011F) << "twenty steps of Adam, each at most about its rate";
    }
    EXPECT_GE(model.epochs.back().validation_accuracy, 0.8) << "it learns";
  }
  EXPECT_TRUE(synthetic::trained(synthetic::options()).state.converters.empty());
}

TEST(Converters, ConcreteOfNoScaleIsSteWithoutNoise) {
  TrainingOptions concrete = through_converters(MethodKind::concrete_adc);
  for (const ConcreteScale scale : {ConcreteScale::tested, ConcreteScale::margin}) {
    concrete.converters->scale = scale;
    for (const bool draws : {false, true}) {
      concrete.converters->noise = concrete.converters->concrete.draws = draws;
      const TrainedModel relaxed = synthetic::trained(concrete);
      const TrainedModel ste = synthetic::trained(through_converters(MethodKind::ste_adc));
      EXPECT_TRUE(synthetic::same_bits(relaxed.state.parameters, ste.state.parameters));
      EXPECT_EQ(relaxed.state.converters.adc, ste.state.converters.adc);
      EXPECT_EQ(relaxed.state.converters.dac, ste.state.converters.dac);
      for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(relaxed.epochs[i].loss, ste.epochs[i].loss);
    }
  }
}

// Draws are frozen by the step; inputs are applied as they are, and sigmoids have no corners. The loss is that of
// floats, good to some 1e-7: over steps of .003 the slope is good to some 1e-5.
TEST(Converters, TheGradientByAScaleIsTheLossesSlope) {
  for (const double temperature : {1.0, 0.5})
    for (const ConcreteTails tails : {ConcreteTails::normalise, ConcreteTails::clip}) {
      TrainingOptions options = through_converters(MethodKind::concrete_adc, 0.4);
      options.converters->concrete.temperature = temperature;
      options.converters->concrete.tails = tails;
      options.converters->arrays.dac.coding = {0, 0, InputEncoding::unsigned_, 1};
      // With several slices or idle currents the way back through inputs is not that of the formulas alone.
      options.converters->arrays.format = {Mapping::one_sided, 2, 0};
      options.converters->arrays.cells.range = {0, 1e-4, 3};
      ConverterStep step(options, {1, 0}, mlp(36, {12}, "sigmoid", 3));
      const NetworkGradient<float> gradient = step.gradient(3);
      for (Index layer = 0; layer < 2; ++layer) {
        const float at = step.state.converters.adc(layer);
        const double h = 0.003;
        NetworkGradient<float> unused;
        step.state.converters.adc(layer) = static_cast<float>(at * std::exp(h));
        const double above = step(3, unused);
        step.state.converters.adc(layer) = static_cast<float>(at * std::exp(-h));
        const double below = step(3, unused);
        step.state.converters.adc(layer) = at;
        const double slope = (above - below) / (2 * h);
        EXPECT_GT(std::fabs(slope), 1e-3);
        EXPECT_NEAR(gradient.log_adc_scales(layer), slope, 1e-3 * std::fabs(slope) + 1e-4) << "layer " << layer;
      }
    }
}

// A rate at which scales run out of what a float can hold, and weights, too.
TEST(Converters, DivergenceIsReportedNotThrown) {
  for (const MethodKind method : {MethodKind::ste_adc, MethodKind::concrete_adc})
    for (const OptimizerKind optimizer : {OptimizerKind::adam, OptimizerKind::sgd}) {
      TrainingOptions options = through_converters(method, 0.3);
      options.optimizer = optimizer;
      options.learning_rate = 1e3;
      options.weight_decay = optimizer == OptimizerKind::sgd ? 1e3 : 0;
      EXPECT_TRUE(synthetic::trained(options).diverged);
    }
}

TEST(Converters, OfGivenWeightsAreTakenIfTheyAreOfTheSameWidth) {
  const TrainingOptions options = through_converters(MethodKind::ste_adc);
  const NetworkState<float> given = synthetic::trained(options).state;
  EXPECT_EQ(begin_training(synthetic::kSpec, options, {1, 0}, given).state.converters.adc, given.converters.adc);
  const TrainingOptions wider = through_converters(MethodKind::ste_adc, 0, 5);
  const TrainedModel model = train_model(synthetic::kSpec, wider, synthetic::data(), {1, 0}, kNoPoll,
                                         begin_training(synthetic::kSpec, wider, {1, 0}, given));
  EXPECT_EQ(model.state.converters.adc_bits, 5);
  EXPECT_LT(model.state.converters.adc(0), 0.8F * given.converters.adc(0)) << "the largest sum has another code";
  // A layer that had no converter.
  NetworkState<float> part = given;
  part.converters.adc(1) = part.converters.dac(1) = 0;
  const TrainedModel both = train_model(synthetic::kSpec, options, synthetic::data(), {1, 0}, kNoPoll,
                                        begin_training(synthetic::kSpec, options, {1, 0}, part));
  EXPECT_GT(both.state.converters.adc(1), 0);
  // Whoever trains without converters has no use for them.
  const TrainedModel plain = train_model(synthetic::kSpec, synthetic::options(), synthetic::data(), {1, 0}, kNoPoll,
                                         begin_training(synthetic::kSpec, synthetic::options(), {1, 0}, given));
  EXPECT_TRUE(plain.state.converters.empty());
}

/// 30 images to train on, ten a step, 18 to validate on.
TrainingData few_bars() {
  static const SampleSet set = [] {
    std::vector<Label> labels;
    for (std::uint32_t i = 0; i < 48; ++i) labels.push_back(synthetic::images().labels(i).front());
    return SampleSet::of_images({1, 6, 6},
                                {synthetic::images().pixels().begin(), synthetic::images().pixels().begin() + 48 * 36},
                                std::move(labels), 3);
  }();
  TrainingData data{&set, {}, std::vector<std::uint32_t>(30), std::vector<std::uint32_t>(18)};
  std::iota(data.training.begin(), data.training.end(), 0U);
  std::iota(data.validation.begin(), data.validation.end(), 30U);
  return data;
}

/// All of a model as bytes: NaN equals NaN.
std::string bytes_of(const TrainedModel& model) {
  TrainingProgress progress;
  progress.state = progress.model.state = model.state;
  progress.model = model;
  return pack(progress);
}

/// Keeps the progress whenever it can.
struct KeeperOfAll final : TrainingWatch {
  std::vector<std::string> kept;
  void on_epoch(int, const EpochReport&) override {}
  bool due() override { return true; }
  void keep(const TrainingProgress& progress) override { kept.push_back(pack(progress)); }
};

void expect_resumable(const TrainingOptions& options, const TrainingProgress& begun) {
  const NetworkSpec& spec = synthetic::kSpec;
  const TrainingData data = few_bars();
  const std::string expected = bytes_of(train_model(spec, options, data, {1, 0}, kNoPoll, begun));
  KeeperOfAll keeper;
  EXPECT_EQ(bytes_of(train_model(spec, options, data, {1, 0}, kNoPoll, begun, &keeper)), expected);
  EXPECT_GT(keeper.kept.size(), 6U);
  for (std::size_t i = 0; i < keeper.kept.size(); ++i)
    EXPECT_TRUE(bytes_of(train_model(spec, options, data, {1, 0}, kNoPoll,
                                     unpack_progress(keeper.kept[i], spec, options))) == expected)
        << "kept as number " << i << " of " << keeper.kept.size();
}

TEST(Converters, TrainingFromWhateverWasKeptEndsInTheSameBits) {
  for (const MethodKind method : {MethodKind::ste_adc, MethodKind::concrete_adc}) {
    TrainingOptions options = through_converters(method, 0.3);
    options.converters->scale = ConcreteScale::margin;
    options.batch = 10;
    for (const std::vector<std::int64_t>& ideal : {std::vector<std::int64_t>{}, {-1}}) {
      options.converters->arrays.ideal_layers = ideal;
      expect_resumable(options, begin_training(synthetic::kSpec, options, {1, 0}));
    }
  }
}

TEST(Converters, TrainingOfGivenWeightsEndsInTheSameBits) {
  const TrainingOptions plain = synthetic::options();
  TrainingOptions ste = through_converters(MethodKind::ste_adc);
  ste.batch = 10;
  for (const NetworkState<float>& given : {synthetic::trained(plain).state, synthetic::trained(ste).state})
    expect_resumable(ste, begin_training(synthetic::kSpec, ste, {1, 0}, given));
}

}  // namespace converters_test
}  // namespace ohmcarlo
