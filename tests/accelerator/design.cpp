#include "accelerator/design.hpp"

#include <gtest/gtest.h>

#include "accelerator/event_model.hpp"
#include "accelerator/random_designs.hpp"
#include "accelerator/worked_example.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace design_test {

TEST(LayerDesign, OfTheWorkedExampleHasFourArraysForTheGates) {
  const std::vector<LayerDesign> layers = designs_of(speech_network(), speech_arrays());
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].kind, LayerKind::lstm);
  EXPECT_EQ(layers[0].inputs, 167);
  EXPECT_EQ(layers[0].outputs, 512);
  EXPECT_EQ(layers[0].arrays(), 4);
  EXPECT_EQ(layers[0].reads, 7);
  EXPECT_EQ(layers[0].hidden, 128);
  EXPECT_EQ(layers[1].kind, LayerKind::dense);
  EXPECT_EQ(layers[1].arrays(), 1);
  EXPECT_EQ(layers[1].most_columns(), 61);
}

TEST(LayerTiming, OfTheGatesIsKnownForEveryNumberOfConverters) {
  const LayerDesign gates = designs_of(speech_network(), speech_arrays())[0];
  AcceleratorOptions options;
  for (const auto& [converters, cycles] : {std::pair<Index, Index>{1, 1047}, {2, 983}, {4, 951}, {8, 935}}) {
    options.converters = converters;
    EXPECT_EQ(timing_of(gates, options).latency, cycles) << converters << " converters";
  }
}

TEST(LayerTiming, OfAnLstmAddsItsElementWiseUnit) {
  const LayerTiming time = timing_of(designs_of(speech_network(), speech_arrays())[0], AcceleratorOptions{});
  EXPECT_EQ(time.element_wise, 5);
  EXPECT_EQ(time.frame_latency, 956);
}

TEST(LayerTiming, OfTheDenseLayerAndOfEightReadsIsKnown) {
  EXPECT_EQ(timing_of(designs_of(speech_network(), speech_arrays())[1], AcceleratorOptions{}).latency, 919);
  ArrayOptions eight = speech_arrays();
  eight.dac.coding.encoding = InputEncoding::twos_complement;
  EXPECT_EQ(timing_of(designs_of(speech_network(), eight)[0], AcceleratorOptions{}).latency, 1079);
}

TEST(InferenceCycles, OfFramesHideTheDenseLayerButForTheLastOne) {
  const std::vector<LayerDesign> layers = designs_of(speech_network(), speech_arrays());
  EXPECT_EQ(inference_cycles(layers, {}, 1), 956 + 919);
  EXPECT_EQ(inference_cycles(layers, {}, 20), 20 * 956 + 919);
}

TEST(InferenceCycles, AreThoseOfEveryEventInTurnOnAThousandRandomNetworks) {
  RandomDesigns random(20260101);
  for (int trial = 0; trial < 1000; ++trial) {
    const AcceleratorOptions options = random.options();
    const std::vector<LayerDesign> layers = random.network();
    const Index frames = random.whole(1, 5);
    ASSERT_EQ(inference_cycles(layers, options, frames), event_model::run(layers, options, frames))
        << "network " << trial << " of " << layers.size() << " layers, " << frames << " frames";
  }
}

TEST(InferenceCycles, OfInterleavedSequencesFillWhatOneLeavesIdle) {
  const std::vector<LayerDesign> gates = {designs_of(speech_network(), speech_arrays())[0]};
  AcceleratorOptions options;
  options.interleave = 2;  // 2 * 896 cycles of reads are more than the 956 of a step
  EXPECT_EQ(inference_cycles(gates, options, 20), 956 + 19 * 2 * 896 + 896);
}

TEST(LayerDesign, HasArraysAndConvertersAsTheMappingSays) {
  struct Case {
    Mapping mapping;
    int cell_bits;
    bool differential;
    int planes, banks;
    Index reference;
  };
  for (const Case& c :
       {Case{Mapping::sign_magnitude, 0, true, 1, 1, 0}, Case{Mapping::sign_magnitude, 2, true, 4, 4, 0},
        Case{Mapping::one_sided, 0, true, 2, 1, 0}, Case{Mapping::one_sided, 0, false, 2, 2, 0},
        Case{Mapping::one_sided, 3, true, 6, 3, 0}, Case{Mapping::offset, 0, true, 1, 1, 1}}) {
    ArrayOptions arrays = speech_arrays();
    arrays.format = {.mapping = c.mapping, .weight_bits = 7, .cell_bits = c.cell_bits};
    arrays.adc.differential = c.differential;
    const LayerDesign gates = designs_of(speech_network(), arrays)[0];
    EXPECT_EQ(gates.planes(), c.planes);
    EXPECT_EQ(gates.banks(), c.banks);
    EXPECT_EQ(gates.most_columns(), 128 + c.reference);
    EXPECT_EQ(gates.array_cells, 1152 * (128 + c.reference));
    EXPECT_EQ(gates.weight_bits, c.mapping == Mapping::offset ? 7 : 8);
  }
}

TEST(LayerDesign, OfAConvolutionHasAVectorForEachPositionAndArraysForEachGroup) {
  const Planes in{4, 10, 8};
  const NetworkSpec network = chain_of({convolution("conv1", in, 6, {.size = 3, .stride = 1, .padding = 0}, 2),
                                        flatten("flatten1", {6, 8, 6}), dense("dense1", 288, 10)},
                                       in.features(), 10);
  const LayerDesign layer = designs_of(network, speech_arrays())[0];
  EXPECT_EQ(layer.kind, LayerKind::convolution);
  EXPECT_EQ(layer.vectors, 8 * 6);
  EXPECT_EQ(layer.inputs, 2 * 9);
  EXPECT_EQ(layer.vector_inputs(), 4 * 9);
  EXPECT_EQ(layer.outputs, 6);
  EXPECT_EQ(layer.arrays(), 2 * layer.planes());
  EXPECT_EQ(layer.most_columns(), 3);
  // Every output is the sum of 18 products.
  EXPECT_EQ(layer.macs() * static_cast<double>(layer.vectors), 6 * 8 * 6 * 18);
}

TEST(LayerDesign, KnowsWhatFollowsItsSums) {
  const auto activation = [](const std::vector<std::string>& layers) {
    return designs_of(build_network({1, 8, 8}, 10, layers), speech_arrays())[0].activation;
  };
  EXPECT_EQ(activation({"dense 5", "relu", "dense classes"}), LayerActivation::rectifier);
  EXPECT_EQ(activation({"dense 5", "tanh", "dense classes"}), LayerActivation::table);
  EXPECT_EQ(activation({"conv 5", "max-pool 2", "relu", "flatten", "dense classes"}), LayerActivation::rectifier);
  EXPECT_EQ(activation({"dense 5", "dense 4", "relu", "dense classes"}), LayerActivation::none);
  const auto of_curve = [](Curve which) {
    const NetworkSpec network =
        chain_of({dense("dense1", 4, 4), curve(which, "curve1", {4, 1, 1}), dense("dense2", 4, 2)}, 4, 2);
    return designs_of(network, speech_arrays())[0].activation;
  };
  EXPECT_EQ(of_curve(Curve::clip), LayerActivation::rectifier);
  EXPECT_EQ(of_curve(Curve::gelu), LayerActivation::table);
}

TEST(LayerDesign, BehindTheLastFrameMeetsOneVectorASequence) {
  const Planes in{39, 1, 1};
  const NetworkSpec network =
      chain_of({lstm("lstm1", in, 16), last_frame("last1", {16, 1, 1}), dense("dense1", 16, 10)}, 39, 10);
  const std::vector<LayerDesign> layers = designs_of(network, speech_arrays());
  EXPECT_TRUE(layers[0].each_frame);
  EXPECT_FALSE(layers[1].each_frame);
}

TEST(LayerDesign, ReadsAsOftenAsCalibrationHasFound) {
  ArrayOptions arrays = speech_arrays();
  arrays.dac.coding.encoding = InputEncoding::automatic;
  EXPECT_EQ(designs_of(speech_network(), arrays)[0].reads, 8);
  EXPECT_EQ(designs_of(speech_network(), arrays, {7, 8})[0].reads, 7);
  EXPECT_EQ(designs_of(speech_network(), arrays, {7, 8})[1].reads, 8);
}

TEST(LayerDesign, WithoutConvertersIsRefused) {
  ArrayOptions ideal = speech_arrays();
  ideal.ideal_layers = {1};
  EXPECT_THROW((void)designs_of(speech_network(), ideal), std::logic_error);
}

}  // namespace design_test
}  // namespace ohmcarlo
