// Method crossbar-aware; the products of its passes are tested in read_network.cpp.

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/array_network.hpp"
#include "network/loss.hpp"
#include "training/crossbar_training.hpp"
#include "training/progress.hpp"

namespace ohmcarlo::crossbar_aware_test {
namespace crossbar_aware_test {

using synthetic::kNoPoll;
using synthetic::NamedBatch;
using synthetic::through_crossbar;

const SampleSet& phrases() {
  static const SampleSet set = small::sequences(50, true);
  return set;
}

const NetworkSpec& recurrent() {
  static const NetworkSpec spec = small::recurrent(true);
  return spec;
}

const NetworkSpec& convolutional() {
  static const NetworkSpec spec =
      build_network({1, 6, 6}, 3,
                    std::vector<std::string>{"conv 4 padding 1", "norm", "relu", "max-pool 2", "conv 5 padding 1",
                                             "tanh", "flatten", "dense classes"});
  return spec;
}

/// A network with the samples it takes.
struct Case {
  const NetworkSpec* spec;
  const SampleSet* set;
  InputScaling scaling;
  TrainingData data;
};

std::vector<Case> cases() {
  return {{&synthetic::kSpec, &synthetic::images(), {}, synthetic::data()},
          {&convolutional(), &synthetic::images(), {}, synthetic::data()},
          {&recurrent(), &phrases(), small::kFeatureScaling, synthetic::recurrent_data(phrases())}};
}

NamedBatch first_samples(const Case& of, std::uint32_t count, std::uint32_t first_name = 0) {
  std::vector<std::uint32_t> which(count), names(count);
  std::iota(which.begin(), which.end(), 0U);
  std::iota(names.begin(), names.end(), first_name);
  return {*of.set, of.scaling, which, names};
}

/// A method with the state that a training begins with, scales fixed.
struct Begun {
  Network<float> network;
  NetworkState<float> state;
  std::unique_ptr<Method> method;
  TrainingOptions options;

  Begun(const Case& of, const TrainingOptions& with)
      : network(*of.spec),
        state(begin_training(*of.spec, with, {1, 0}).state),
        method(make_method(network, with, {1, 0})),
        options(with) {
    method->begin_epoch(0, *of.set, of.scaling, state, kNoPoll);
  }
  double gradient(const NamedBatch& batch, std::uint64_t step, NetworkGradient<float>& gradient) {
    gradient = zero_gradient(options, network.spec());
    return method->gradient(batch.batch.x, batch.targets(), state, step, gradient);
  }
};

// Floats on cells, inputs as they are, sums exact: what is left of the arrays is the order of sums.
TEST(CrossbarAware, WithoutAnyRoundingAStepIsThatOfPlainTraining) {
  for (const Case& of : cases()) {
    TrainingOptions options = through_crossbar(false);
    ArrayOptions& arrays = options.converters->arrays;
    arrays.format.weight_bits = 0;
    arrays.cells.range.top = 1;
    arrays.dac.coding = {0, 0, InputEncoding::automatic, 1};
    arrays.adc.bits = 0;
    TrainingOptions plain = options;
    plain.method = MethodKind::plain;
    const NamedBatch batch = first_samples(of, 20);
    NetworkGradient<float> found, expected;
    const double loss = Begun(of, options).gradient(batch, 0, found);
    EXPECT_NEAR(loss, Begun(of, plain).gradient(batch, 0, expected), 1e-5 * loss);
    for (std::size_t i = 0; i < found.parameters.size(); ++i) {
      const Matrix<float>& slope = expected.parameters[i].weights;
      const float most = slope.cwiseAbs().maxCoeff();
      EXPECT_GT(most, 1e-4F);
      EXPECT_LT((found.parameters[i].weights - slope).cwiseAbs().maxCoeff(), 1e-5F * most) << "layer " << i;
      EXPECT_LT((found.parameters[i].bias - expected.parameters[i].bias).cwiseAbs().maxCoeff(),
                1e-5F * std::max(most, expected.parameters[i].bias.cwiseAbs().maxCoeff()));
    }
  }
}

// Coarse weights and inputs: the way back takes neither.
TEST(CrossbarAware, TheWayBackTakesFloatWeightsAndInputs) {
  const Case of = cases().front();
  TrainingOptions options = through_crossbar();
  options.converters->arrays.format.weight_bits = 2;
  options.converters->arrays.cells.range.top = 3;
  options.converters->arrays.dac.coding.bits = 3;
  Begun begun(of, options);
  const NamedBatch batch = first_samples(of, 20);
  NetworkGradient<float> found;
  const double loss = begun.gradient(batch, 7, found);
  // The pass once more, layer by layer.
  ReadNetwork arrays(of.spec->weight_layers(), *options.converters, begun.state,
                     {derived_key(1, (std::uint64_t{8} << 48) + 7), {}});
  const PassWeights<float> pass = arrays.pass(batch.numbers, nullptr);
  const Parameters<float>& w = begun.state.parameters;
  Matrix<float> sums(20, 12), hidden, logits(20, 3), slope(20, 3);
  pass.products[0]->apply(View<const float>(batch.batch.x), sums);
  sums.rowwise() += w[0].bias.transpose();
  hidden = sums.cwiseMax(0.0F);
  pass.products[1]->apply(View<const float>(hidden), logits);
  logits.rowwise() += w[1].bias.transpose();
  EXPECT_NEAR(loss, batch_loss(View<const float>(logits), batch.targets(), View<float>(slope)), 1e-6);
  const Matrix<float> last = slope.transpose() * hidden;
  const Matrix<float> back = (sums.array() > 0).select(slope * w[1].weights, 0.0F);
  const Matrix<float> first = back.transpose() * batch.batch.x;
  EXPECT_LT((found.parameters[1].weights - last).cwiseAbs().maxCoeff(), 1e-5F * last.cwiseAbs().maxCoeff());
  EXPECT_LT((found.parameters[0].weights - first).cwiseAbs().maxCoeff(), 1e-5F * first.cwiseAbs().maxCoeff());
}

TEST(CrossbarAware, NoiseIsThatOfStepAndNumberNotOfThePlace) {
  for (const Case& of : cases()) {
    Begun begun(of, through_crossbar()), quiet(of, through_crossbar(false));
    NetworkGradient<float> unused;
    const double loss = begun.gradient(first_samples(of, 8), 3, unused);
    EXPECT_EQ(begun.gradient(first_samples(of, 8), 3, unused), loss);
    EXPECT_NE(begun.gradient(first_samples(of, 8), 4, unused), loss);
    EXPECT_NE(begun.gradient(first_samples(of, 8, 100), 3, unused), loss);
    EXPECT_EQ(quiet.gradient(first_samples(of, 8), 3, unused), quiet.gradient(first_samples(of, 8, 100), 4, unused));
    // Two samples that change places bring their losses along: the mean is the same but for the order of its sum.
    const std::vector<std::uint32_t> there{5, 9}, back{9, 5};
    EXPECT_NEAR(begun.gradient({*of.set, of.scaling, there}, 3, unused),
                begun.gradient({*of.set, of.scaling, back}, 3, unused), 1e-6);
  }
}

TEST(CrossbarAware, ScalesWidenUntilTheyAreFrozen) {
  const Case of = cases().front();
  Begun begun(of, through_crossbar());
  const ConverterScales<float> first = begun.state.converters;
  EXPECT_GT(first.adc(0), 0);
  for (const int epoch : {3, 4, 2, 3}) {
    const float before = begun.state.converters.adc(0);
    begun.state.parameters[0].weights.array() = begun.state.parameters[0].weights.array().abs();  // larger sums
    begun.method->begin_epoch(epoch, *of.set, of.scaling, begun.state, kNoPoll);
    if (epoch == 2)
      EXPECT_GT(begun.state.converters.adc(0), before);
    else
      EXPECT_EQ(begun.state.converters.adc(0), before) << "frozen after the second epoch, epoch " << epoch;
  }
}

Matrix<float> validated_logits(const Case& of, const TrainingOptions& options, const NetworkState<float>& state,
                               const NamedBatch& batch) {
  const Network<float> network(*of.spec);
  const auto method = make_method(network, options, {1, 0});
  const auto networks = method->networks_to_validate(state);
  EXPECT_EQ(networks.size(), 1U);
  Activations<float> activations;
  return network.forward(batch.batch.x, networks[0]->pass(batch.numbers, batch.batch.sequences_or_null()), activations)
      .map();
}

/// Of a chip without errors; of sequences the logits of frames that have a label.
Matrix<float> logits_of_chip(const Case& of, const ArrayOptions& arrays, const NetworkState<float>& state,
                             std::uint32_t count) {
  ArrayNetwork chip(std::make_shared<const TrainedNetwork>(TrainedNetwork{*of.spec, state}), {.arrays = arrays},
                    *of.set, std::make_shared<const EvaluationSet>(*of.set, of.scaling), kNoPoll);
  chip.program(5, 0, 0, kNoPoll);
  std::vector<std::uint32_t> samples(count);
  std::iota(samples.begin(), samples.end(), 0U);
  return chip.logits(samples, kNoPoll).logits;
}

Matrix<float> labelled(const Matrix<float>& logits, const Batch& batch) {
  if (!batch.frame_wise) return logits;
  Matrix<float> kept(logits.rows(), logits.cols());
  Index rows = 0;
  for (Index s = 0; s < batch.sequences->count(); ++s)
    for (Index t = 0; t < batch.sequences->length(s); ++t)
      if (batch.labels[static_cast<std::size_t>(batch.sequences->row(s, t))] != kUnlabelled)
        kept.row(rows++) = logits.row(batch.sequences->row(s, t));
  return kept.topRows(rows);
}

/// How weights lie on arrays.
std::vector<ArrayOptions> all_arrays() {
  std::vector<ArrayOptions> all;
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset})
    for (const bool differential : {true, false}) {
      ArrayOptions arrays = synthetic::crossbar(false);
      arrays.format = {mapping, 4, mapping == Mapping::one_sided ? 2 : 0};
      arrays.cells.range.top = arrays.format.top();
      arrays.tile_rows = 16;
      arrays.adc.differential = differential;
      if (differential || arrays.format.polarities() == 2) all.push_back(arrays);
    }
  all.push_back(synthetic::crossbar(false));
  all.back().ideal_layers = {-1};
  return all;
}

// What training sees is what chips with cells without errors compute, with the scales that are kept with the weights.
TEST(CrossbarAware, ChipsWithTrainedRangesHaveTheVeryBitsOfTraining) {
  for (const Case& of : cases())
    for (const ArrayOptions& arrays : all_arrays()) {
      TrainingOptions options = through_crossbar(false);
      options.epochs = 1;
      options.converters->freeze_epoch = 0;
      options.converters->arrays = arrays;
      TrainingData few = of.data;
      few.training.resize(40);
      few.validation.resize(10);
      const TrainedModel model = train_model(*of.spec, options, few, {1, 0}, kNoPoll);
      ASSERT_FALSE(model.diverged);
      const NamedBatch batch = first_samples(of, 40);
      const Matrix<float> expected = labelled(validated_logits(of, options, model.state, batch), batch.batch);
      EXPECT_TRUE(expected == logits_of_chip(of, arrays, model.state, 40));
      NetworkState<float> moved = model.state;
      moved.converters.adc(0) *= 1.3F;
      EXPECT_FALSE(expected == logits_of_chip(of, arrays, moved, 40)) << "a control";
    }
}

TEST(CrossbarAware, Learns) {
  for (const Case& of : cases()) {
    if (of.set != &synthetic::images()) continue;
    const TrainedModel model = train_model(*of.spec, through_crossbar(), of.data, {1, 0}, kNoPoll);
    EXPECT_GE(model.epochs.back().validation_accuracy, 0.8);
    EXPECT_TRUE(model.state.converters.differential);
    EXPECT_EQ(model.state.converters.adc_bits, 8);
  }
}

// One step of a whole epoch on samples 7, 9, 11 ...: by hand, with the numbers that they have in their set.
TEST(CrossbarAware, TheTrainerNamesSamplesByTheirNumbers) {
  Case of = cases().back();
  of.data.training.clear();
  for (std::uint32_t i = 7; i < 40; i += 2) of.data.training.push_back(i);
  TrainingOptions options = through_crossbar();
  options.epochs = 1;
  const TrainedModel model = train_model(*of.spec, options, of.data, {1, 0}, kNoPoll);
  std::vector<std::uint32_t> which;
  for (const std::uint32_t i : epoch_order(static_cast<std::uint32_t>(of.data.training.size()), {1, 0}, 0))
    which.push_back(of.data.training[i]);
  Begun begun(of, options);
  NetworkGradient<float> gradient;
  (void)begun.gradient({*of.set, of.scaling, which}, 0, gradient);
  OptimizerState optimizer = initial_optimizer(options, *of.spec);
  optimizer_step(options, options.learning_rate, gradient, optimizer, begun.state);
  EXPECT_TRUE(synthetic::same_bits(model.state.parameters, begun.state.parameters));
}

/// All of a model as bytes.
std::string bytes_of(const TrainedModel& model) {
  TrainingProgress progress;
  progress.state = progress.model.state = model.state;
  progress.model = model;
  return pack(progress);
}

struct KeeperOfAll final : TrainingWatch {
  std::vector<std::string> kept;
  void on_epoch(int, const EpochReport&) override {}
  bool due() override { return true; }
  void keep(const TrainingProgress& progress) override {
    std::string bytes = pack(progress);
    if (kept.empty() || kept.back() != bytes) kept.push_back(std::move(bytes));
  }
};

TEST(CrossbarAware, TrainingFromWhateverWasKeptEndsInTheSameBits) {
  const Case of = cases().back();
  TrainingOptions options = through_crossbar();
  options.batch = 20;
  options.epochs = 3;
  options.converters->freeze_epoch = 1;
  options.pretrain_epochs = 2;
  const TrainingProgress begun = begin_training(*of.spec, options, {1, 0});
  const std::string expected = bytes_of(train_model(*of.spec, options, of.data, {1, 0}, kNoPoll, begun));
  KeeperOfAll keeper;
  (void)train_model(*of.spec, options, of.data, {1, 0}, kNoPoll, begun, &keeper);
  EXPECT_GE(keeper.kept.size(), 10U);
  for (std::size_t i = 0; i < keeper.kept.size(); ++i)
    EXPECT_TRUE(bytes_of(train_model(*of.spec, options, of.data, {1, 0}, kNoPoll,
                                     unpack_progress(keeper.kept[i], *of.spec, options))) == expected)
        << "kept as number " << i << " of " << keeper.kept.size();
}

// As if the network that plain training gives had been read from a file.
TEST(CrossbarAware, PretrainingIsPlainTraining) {
  const Case of = cases().front();
  TrainingOptions options = through_crossbar(), plain = synthetic::options();
  options.pretrain_epochs = plain.epochs = 3;
  options.epochs = 1;
  const TrainedModel floats = train_model(*of.spec, plain, of.data, {1, 0}, kNoPoll);
  const TrainedModel both = train_model(*of.spec, options, of.data, {1, 0}, kNoPoll);
  ASSERT_EQ(both.epochs.size(), 4U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(both.epochs[i].loss, floats.epochs[i].loss);
  EXPECT_EQ(both.epoch, 4) << "epochs of plain training are not chosen";
  EXPECT_GT(both.state.converters.adc(0), 0);
  // Its one epoch, from there: ten steps of a new Adam, each of at most about the learning rate.
  const float moved = (both.state.parameters[0].weights - floats.state.parameters[0].weights).cwiseAbs().maxCoeff();
  EXPECT_GT(moved, 0);
  EXPECT_LT(moved, 10 * 0.011F);
  // The first step of an epoch of its own starts at those weights: without noise, Adam's first step is the rate itself.
  options = through_crossbar(false);
  options.pretrain_epochs = 3;
  options.epochs = 1;
  options.batch = plain.batch = 300;
  const TrainedModel one = train_model(*of.spec, options, of.data, {1, 0}, kNoPoll);
  const TrainedModel start = train_model(*of.spec, plain, of.data, {1, 0}, kNoPoll);
  const Matrix<float> step = (one.state.parameters[1].weights - start.state.parameters[1].weights).cwiseAbs();
  EXPECT_NEAR(step.maxCoeff(), 0.01, 1e-4);
}

TEST(CrossbarAware, StartsFromGivenWeightsWithScalesOfItsOwn) {
  const Case of = cases().front();
  NetworkState<float> given = synthetic::trained(through_crossbar()).state;
  given.converters.adc *= 50;
  const TrainingProgress begun = begin_training(*of.spec, through_crossbar(), {1, 0}, given);
  EXPECT_EQ(begun.state.parameters[0].weights, given.parameters[0].weights);
  EXPECT_EQ(begun.state.converters.adc.maxCoeff(), 0);
  TrainingOptions nothing = through_crossbar();
  nothing.epochs = 0;
  EXPECT_EQ(begin_training(*of.spec, nothing, {1, 0}, given).state.converters.adc, given.converters.adc);
}

}  // namespace crossbar_aware_test
}  // namespace ohmcarlo::crossbar_aware_test
