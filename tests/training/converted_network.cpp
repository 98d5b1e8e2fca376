#include "training/converted_network.hpp"

#include <gtest/gtest.h>

#include "network/quantisation.hpp"
#include "training/converter_reference.hpp"
#include "training/converter_training.hpp"

namespace ohmcarlo {
namespace converted_network_test {

using synthetic::kNoPoll;
using synthetic::through_converters;

/// A training as it begins, of `set`.
NetworkState<float> begun(const NetworkSpec& spec, const TrainingOptions& options,
                          const SampleSet& set = synthetic::images()) {
  NetworkState<float> state = begin_training(spec, options, {1, 0}).state;
  fix_converters(spec, *options.converters, round_weights(options, state.parameters), set, {}, state, kNoPoll);
  return state;
}

TEST(ConvertedNetwork, BeginWithTheLargestSumOverTheLargestCode) {
  const TrainingOptions options = through_converters(MethodKind::ste_adc, 0.5);
  const NetworkState<float> state = begun(synthetic::kSpec, options);
  ASSERT_EQ(state.converters.adc_bits, 4);
  Matrix<float> x = synthetic::pixels(360);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto layer = static_cast<Index>(i);
    const double full_scale = double{x.maxCoeff()};
    EXPECT_NEAR(state.converters.dac(layer), full_scale, 1e-5 * full_scale);
    ConverterCase each;
    each.arrays = options.converters->arrays;
    each.training.noise = false;
    each.weights = state.parameters[i].weights;
    quantise_weights(2, each.weights);
    each.x = x;
    each.grad_y.setZero(x.rows(), each.weights.rows());
    each.images.resize(360);
    each.scale = {1, full_scale};
    const double scale = ConverterReference(each).largest / 15;
    EXPECT_NEAR(state.converters.adc(layer), scale, 1e-5 * scale);
    each.scale.adc = scale;
    x = (ConverterReference(each).y.cast<float>().rowwise() + state.parameters[i].bias.transpose()).cwiseMax(0.0F);
  }
}

TEST(ConvertedNetwork, AreCalibratedOnTheFirstThousandImages) {
  std::vector<std::uint8_t> pixels(1004 * 4, 100);
  std::fill(pixels.end() - 16, pixels.end(), std::uint8_t{250});
  const SampleSet set = SampleSet::of_images({1, 2, 2}, std::move(pixels), std::vector<Label>(1004, 1), 3);
  const NetworkSpec spec = mlp(4, {3}, "relu", 3);
  EXPECT_FLOAT_EQ(begun(spec, through_converters(MethodKind::ste_adc), set).converters.dac(0), 100.0F / 255.0F);
}

// A training that goes on just before the first step of an epoch fixes scales again.
TEST(ConvertedNetwork, FixedAgainIsAsBefore) {
  const TrainingOptions options = through_converters(MethodKind::ste_adc);
  for (std::uint32_t replica = 0; replica < 20; ++replica) {
    NetworkState<float> state = begin_training(synthetic::kSpec, options, {1, replica}).state;
    const Parameters<float> rounded = round_weights(options, state.parameters);
    const auto fix = [&] {
      fix_converters(synthetic::kSpec, *options.converters, rounded, synthetic::images(), {}, state, kNoPoll);
      return state.converters;
    };
    const ConverterScales<float> first = fix(), second = fix();
    EXPECT_EQ(first.adc, second.adc) << replica;
    EXPECT_EQ(first.dac, second.dac) << replica;
  }
}

TEST(ConvertedNetwork, RefuseInputsThatCanBeNegative) {
  const NetworkSpec spec = mlp(36, {12}, "tanh", 3);
  TrainingOptions options = through_converters(MethodKind::ste_adc);
  try {
    (void)begun(spec, options);
    FAIL() << "nothing was refused";
  } catch (const BadUsage& error) {
    EXPECT_NE(std::string(error.what()).find("layer dense2: its inputs can be negative"), std::string::npos);
  }
  options.converters->arrays.ideal_layers = {-1};
  EXPECT_NO_THROW((void)begun(spec, options));
}

// Two layers of the same weights and scales, the same image twice.
TEST(ConvertedNetwork, EveryLayerAndImageHasItsOwnNoise) {
  const NetworkSpec spec = mlp(36, {36}, "relu", 36);
  for (const bool noise : {true, false}) {
    const TrainingOptions options = through_converters(MethodKind::ste_adc, noise ? 0.7 : 0);
    NetworkState<float> state = begin_training(spec, options, {1, 0}).state;
    state.parameters[1].weights = state.parameters[0].weights;
    state.converters.adc.setConstant(0.2F);
    state.converters.dac.setConstant(1);
    const std::vector<std::uint32_t> images{3, 4};
    const ConvertedNetwork network(spec.weight_layers(), *options.converters, ConversionForm::rounded, state.parameters,
                                   state, {1, {}}, images, false);
    Matrix<float> x(2, 36), y[2] = {x, x};
    x.row(0) = x.row(1) = synthetic::pixels(1).row(0);
    for (std::size_t i = 0; i < 2; ++i) network.pass().products[i]->apply(x, y[i]);
    EXPECT_EQ(y[0] != y[1], noise) << "layers";
    EXPECT_EQ(y[0].row(0) != y[0].row(1), noise) << "images";
  }
}

}  // namespace converted_network_test
}  // namespace ohmcarlo
