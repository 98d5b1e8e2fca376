#include "simulator/simulate.hpp"

#include <gtest/gtest.h>

#include "accelerator/account.hpp"
#include "base/error.hpp"
#include "chip/small_arrays.hpp"
#include "chip/small_sequences.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace simulate_test {

/// Noise of all kinds, digits of single bits, tiles, slices, pairs.
ArrayOptions noisy_arrays() {
  ArrayOptions options = small::noisy();
  options.dac.coding.bits = 4;
  return options;
}

AcceleratorOptions some_accelerator(Index interleave = 1) {
  AcceleratorOptions options;
  options.converters = 3;
  options.in_width = 5;
  options.out_width = 4;
  options.units = 2;
  options.clock = 1e9;
  options.read_time = 7e-9;
  options.interleave = interleave;
  return options;
}

std::vector<LayerDesign> designs(const ArrayNetwork& network) {
  std::vector<int> reads;
  for (const LayerScales& scales : network.scales()) reads.push_back(scales.coding.reads());
  return designs_of(network.network().spec(), network.layer(0).options(), reads);
}

/// Sequences of `frames` frames of two coefficients.
SampleSet equal_sequences(std::size_t count, std::size_t frames) {
  FrameSequences set{.coefficients = 2, .values = {}, .first = {0}, .frame_wise = true, .labels = {}};
  for (std::size_t i = 0; i < count; ++i) set.first.push_back(set.first.back() + frames);
  set.values.resize(2 * set.first.back());
  Stream(6, {.purpose = Purpose::initialisation}).normals(0, set.values);
  set.labels.assign(set.first.back(), 1);
  return SampleSet::of_sequences(std::move(set), 3);
}

ArrayNetwork network_on(const NetworkSpec& spec, NetworkState<float> state, const ArrayOptions& options,
                        const SampleSet& set, const InputScaling& scaling = {}) {
  ArrayNetwork network(small::trained_network(spec, std::move(state)), {.arrays = options}, set,
                       small::evaluation_set(set, scaling), small::kNoPoll);
  network.program(small::kKey, 1, 3, small::kNoPoll);
  return network;
}

/// The same bits as the functional model's.
void expect_equal(const ArrayNetwork& network, const SimulatedRun& run, const std::vector<std::uint32_t>& images) {
  const LabelledLogits expected = network.logits(images, small::kNoPoll);
  ASSERT_EQ(run.logits.logits.rows(), expected.logits.rows());
  EXPECT_EQ(run.logits.logits, expected.logits);
  EXPECT_EQ(run.logits.labels, expected.labels);
  EXPECT_GT(expected.logits.norm(), 0);
}

void expect_cycles(const ArrayNetwork& network, const SimulatedRun& run, const AcceleratorOptions& options,
                   Index frames) {
  for (const Index cycles : run.inferences) EXPECT_EQ(cycles, inference_cycles(designs(network), options, frames));
}

TEST(Simulate, APerceptronHasTheBitsAndTheCyclesOfTheModels) {
  ArrayNetwork network = small::network_on(noisy_arrays(), small::few_tests());
  network.program(small::kKey, 0, 2, small::kNoPoll);
  const std::vector<std::uint32_t> images{0, 7, 3};
  const SimulationOptions options{some_accelerator(), false, ""};
  const SimulatedRun run = simulate(network, options, images, small::kNoPoll);
  expect_equal(network, run, images);
  expect_cycles(network, run, options.accelerator, 1);
  EXPECT_EQ(run.inferences.size(), 3U);
  EXPECT_EQ(run.layers.size(), 3U);
  EXPECT_EQ(run.layers[0].cycles + run.layers[1].cycles + run.layers[2].cycles, run.cycles);
}

TEST(Simulate, ConvolutionsBranchesAndNormalisationsHaveTheBitsOfTheModel) {
  ArrayOptions options = noisy_arrays();
  options.adc.granularity = Granularity::column;
  const ArrayNetwork network = network_on(small::branched(), small::branched_state(), options, small::images(40));
  const std::vector<std::uint32_t> images{5, 1};
  const SimulationOptions simulation{some_accelerator(), false, ""};
  const SimulatedRun run = simulate(network, simulation, images, small::kNoPoll);
  expect_equal(network, run, images);
  expect_cycles(network, run, simulation.accelerator, 1);
}

TEST(Simulate, TwentyFramesOfAnLstmHaveTheBitsAndTheCyclesOfTheModels) {
  for (const int table_entries : {0, 64}) {
    const NetworkSpec spec = build_network(
        {2, 1, 1}, 3,
        std::vector<std::string>{table_entries > 0 ? "lstm 5 table 64" : "lstm 5", "dense 4", "tanh", "dense classes"});
    const SampleSet set = equal_sequences(4, 20);
    const ArrayNetwork network = network_on(spec, {initial_parameters(spec, 4, 0), {}}, noisy_arrays(), set);
    for (const Index interleave : {1, 2}) {
      const std::vector<std::uint32_t> images{2, 0, 1, 3};
      const SimulationOptions options{some_accelerator(interleave), false, ""};
      const SimulatedRun run = simulate(network, options, images, small::kNoPoll);
      expect_equal(network, run, images);
      expect_cycles(network, run, options.accelerator, 20);
      EXPECT_EQ(run.inferences.size(), interleave == 1 ? 4U : 2U);
    }
  }
}

TEST(Simulate, SequencesOfDifferentLengthsHaveTheBitsOfTheModel) {
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = small::recurrent(frame_wise);
    const ArrayNetwork network = network_on(spec, {initial_parameters(spec, 4, 0), {}}, noisy_arrays(),
                                            small::sequences(9, frame_wise), small::kFeatureScaling);
    for (const Index interleave : {1, 3}) {
      const std::vector<std::uint32_t> images{6, 0, 4, 8, 2};
      const SimulationOptions options{some_accelerator(interleave), false, ""};
      expect_equal(network, simulate(network, options, images, small::kNoPoll), images);
    }
  }
}

// Busy periods are the cycles, in order and apart.
TEST(Simulate, KeepsPeriodsWhereAskedTo) {
  ArrayNetwork network = small::network_on(noisy_arrays(), small::few_tests());
  network.program(small::kKey, 0, 2, small::kNoPoll);
  const std::vector<std::uint32_t> images{0};
  const SimulatedRun run = simulate(network, {some_accelerator(), true, ""}, images, small::kNoPoll);
  for (const ModuleActivity& module : run.modules) {
    Index cycles = 0, end = -1;
    for (const Period& period : module.periods) {
      EXPECT_LT(end, period.first);
      EXPECT_LT(period.first, period.last);
      end = period.last;
      cycles += period.last - period.first;
    }
    EXPECT_EQ(cycles, module.busy) << module.layer << " " << module.module;
  }
}

TEST(Simulate, RefusesWhatHasNoModules) {
  const NetworkSpec& spec = small::kSpec;
  const ArrayOptions good = noisy_arrays();
  EXPECT_EQ(why_not_simulated(spec, good), "");
  const auto refused = [&](auto change) {
    ArrayOptions options = good;
    change(options);
    return why_not_simulated(spec, options);
  };
  const auto names = [](const std::string& text, const char* key) {
    EXPECT_NE(text.find(key), std::string::npos) << text;
    EXPECT_NE(text.find("allowed"), std::string::npos) << text;
  };
  names(refused([](ArrayOptions& o) { o.adc.bits = 0; }), "hardware.adc.bits");
  names(refused([](ArrayOptions& o) { o.dac.coding.bits = 0; }), "hardware.dac.bits");
  names(refused([](ArrayOptions& o) { o.dac.coding.read_bits = 2; }), "hardware.dac.serial");
  names(refused([](ArrayOptions& o) { o.dac.coding.read_bits = 0; }), "hardware.dac.serial");
  names(refused([](ArrayOptions& o) { o.ideal_layers = {-1}; }), "hardware.ideal_layers");
  names(refused([](ArrayOptions& o) { o.wires.row_ohm = 1; }), "hardware.wires");
  names(refused([](ArrayOptions& o) { o.read_form = ReadForm::cells; }), "hardware.read_noise");
  for (const RecurrentCell cell : {RecurrentCell::tanh, RecurrentCell::gru})
    names(why_not_simulated(chain_of({recurrent("cells1", {2, 1, 1}, 3, cell)}, 2, 3), good), "'cells1'");
  const ArrayNetwork network = small::network_on(small::noisy(ReadForm::cells), small::few_tests());
  EXPECT_THROW((void)simulate(network, {some_accelerator(), false, ""}, {}, small::kNoPoll), BadUsage);
}

struct Stopped {};

TEST(Simulate, GivesUpAtAPollAndStartsAfresh) {
  const NetworkSpec spec = small::recurrent(true);
  const ArrayNetwork network = network_on(spec, {initial_parameters(spec, 4, 0), {}}, noisy_arrays(),
                                          small::sequences(9, true), small::kFeatureScaling);
  const std::vector<std::uint32_t> images{6, 4};
  int polls = 0;
  (void)simulate(network, {some_accelerator(), false, ""}, images, [&] { ++polls; });
  EXPECT_GT(polls, 4);
  int left = polls / 2;
  EXPECT_THROW((void)simulate(network, {some_accelerator(), false, ""}, images,
                              [&] {
                                if (--left == 0) throw Stopped();
                              }),
               Stopped);
  expect_equal(network, simulate(network, {some_accelerator(), false, ""}, images, small::kNoPoll), images);
}

}  // namespace simulate_test
}  // namespace ohmcarlo
