#include "chip/trained_ranges.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "chip/small_arrays.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace trained_ranges_test {

const std::vector<Node> kLayers = mlp(4, {3, 3}, "relu", 2).weight_layers();

ArrayOptions arrays(RangeKind range = RangeKind::trained) {
  ArrayOptions options;
  options.adc.bits = 4;
  options.adc.range = range;
  options.adc.differential = false;
  return options;
}

ConverterScales<float> scales(float second) {
  ConverterScales<float> scales{Vector<float>::Ones(3), Vector<float>::Ones(3), 4};
  scales.adc(1) = scales.dac(1) = second;
  return scales;
}

TEST(TrainedRanges, OfTheSameConvertersGoOnChips) {
  EXPECT_EQ(why_not_trained(arrays(), kLayers, scales(0.5F)), "");
}

TEST(TrainedRanges, AreNotLookedAtIfOthersAreWanted) {
  for (const RangeKind range : {RangeKind::calibrated, RangeKind::maximum, RangeKind::given})
    EXPECT_EQ(why_not_trained(arrays(range), kLayers, {}), "");
  ArrayOptions none = arrays();
  none.adc.bits = 0;
  EXPECT_EQ(why_not_trained(none, kLayers, {}), "");
}

TEST(TrainedRanges, NeedATrainingThroughConverters) {
  EXPECT_EQ(why_not_trained(arrays(), kLayers, {}),
            "'hardware.adc.range' is \"trained\", but the network was trained without converters (allowed: "
            "training.method ste-adc, concrete-adc or crossbar-aware, or weights of such a training)");
}

TEST(TrainedRanges, OfAnotherWidthAreRefused) {
  ArrayOptions wide = arrays();
  wide.adc.bits = 5;
  EXPECT_EQ(why_not_trained(wide, kLayers, scales(1)),
            "'hardware.adc.bits' is 5, but the network was trained with converters of 4 bits");
}

TEST(TrainedRanges, EveryLayerWithAConverterHasOne) {
  EXPECT_EQ(why_not_trained(arrays(), kLayers, scales(0)),
            "layer dense2 was trained without a converter (allowed: its number, 2, in hardware.ideal_layers)");
  ArrayOptions ideal = arrays();
  for (const std::int64_t layer : {std::int64_t{2}, std::int64_t{-2}}) {
    ideal.ideal_layers = {layer};
    EXPECT_EQ(why_not_trained(ideal, kLayers, scales(0)), "");
  }
  // A layer that was trained with a converter may do without.
  EXPECT_EQ(why_not_trained(ideal, kLayers, scales(1)), "");
}

TEST(TrainedRanges, OfOtherLinesOrInputsAreRefused) {
  ArrayOptions differential = arrays();
  differential.adc.differential = true;
  EXPECT_EQ(
      why_not_trained(differential, kLayers, scales(1)),
      "converters of this hardware see sums of both signs, but the network was trained with those that see sums of "
      "single lines (allowed: hardware.mapping and hardware.adc.sensing of the training)");
  ConverterScales<float> both = scales(1);
  both.differential = true;
  EXPECT_EQ(why_not_trained(differential, kLayers, both), "");
  EXPECT_EQ(
      why_not_trained(arrays(), kLayers, both),
      "converters of this hardware see sums of single lines, but the network was trained with those that see sums of "
      "both signs (allowed: hardware.mapping and hardware.adc.sensing of the training)");
  differential.format.mapping = Mapping::sign_magnitude;
  EXPECT_EQ(why_not_trained(differential, kLayers, both), "");
  differential.format.mapping = Mapping::offset;
  EXPECT_NE(why_not_trained(differential, kLayers, both), "") << "a reference column is a line of its own";
  // Codes of inputs with a sign, where the hardware does not leave them open.
  ArrayOptions coded = arrays();
  coded.dac.coding.encoding = InputEncoding::sign_magnitude;
  EXPECT_EQ(why_not_trained(coded, kLayers, scales(1)),
            "layer dense1: 'hardware.dac.encoding' is not that which the network was trained with (allowed: \"auto\")");
  ConverterScales<float> with_sign = scales(1);
  with_sign.dac *= -1;
  EXPECT_EQ(why_not_trained(coded, kLayers, with_sign), "");
  coded.dac.coding.encoding = InputEncoding::unsigned_;
  EXPECT_NE(why_not_trained(coded, kLayers, with_sign), "");
  EXPECT_EQ(why_not_trained(coded, kLayers, scales(1)), "");
}

TEST(TrainedRanges, RefusedAreRefusedWithTheNetwork) {
  ArrayOptions options = small::exact();
  options.adc = arrays().adc;
  EXPECT_THROW((void)small::network_on(options), BadUsage);
}

// 4 bits: the ranges go from 0 to 15 times the scale, in currents of one cell fully on, whatever the images are.
TEST(TrainedRanges, AreTheScalesOfTheNetwork) {
  ArrayOptions options = small::exact();
  options.format.weight_bits = 2;
  options.cells.range = {2e-5, 1e-4, 3};
  options.adc = arrays().adc;
  options.dac.coding = {2, 1, InputEncoding::unsigned_, 1};
  options.ideal_layers = {-1};
  NetworkState<float> state{small::parameters(), {}};
  state.converters = {Vector<float>(3), Vector<float>(3), 4};
  state.converters.adc << 0.7F, 0.4F, 0;
  state.converters.dac << 0.9F, 3.5F, 0;
  const ArrayNetwork network(small::trained_network(small::kSpec, state), {.arrays = options}, small::many_images(),
                             small::few_tests(), small::kNoPoll);
  const std::vector<LayerScales>& scales = network.scales();
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(scales[i].quantisers.size(), 1U);
    const Quantiser& quantiser = scales[i].quantisers.front();
    const double full_on = 3 * (1 + 0.25);  // three steps and what g_min conducts, a quarter of the range
    EXPECT_DOUBLE_EQ(quantiser.value(15), 15 * double{state.converters.adc(static_cast<Index>(i))} * full_on);
    EXPECT_EQ(quantiser.value(0), 0);
    EXPECT_EQ(quantiser.highest(), 15);
    EXPECT_EQ(scales[i].coding.full_scale, double{state.converters.dac(static_cast<Index>(i))});
  }
  EXPECT_TRUE(scales[2].quantisers.empty());
  EXPECT_EQ(scales[2].coding.bits, 0);
}

}  // namespace trained_ranges_test
}  // namespace ohmcarlo
