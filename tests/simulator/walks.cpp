// The worked example: an LSTM of 128 cells on 39 features, 61 classes, 1152 x 128 arrays, digits of 7 bits, 32 values a
// bus, 128 units; 100 ns a read at 1.28 GHz are 128 cycles.

#include "simulator/walks.hpp"

#include <gtest/gtest.h>

#include "chip/small_arrays.hpp"

namespace ohmcarlo {
namespace walks_test {

ArrayNetwork worked_example(std::size_t frames) {
  FrameSequences set{.coefficients = 39, .values = {}, .first = {0, frames}, .frame_wise = true, .labels = {}};
  set.values.resize(39 * frames);
  Stream(6, {.purpose = Purpose::initialisation}).normals(0, set.values);
  set.labels.assign(frames, 1);
  const SampleSet samples = SampleSet::of_sequences(std::move(set), 61);
  const NetworkSpec spec =
      build_network({39, 1, 1}, 61, std::vector<std::string>{"lstm 128 table 64", "dense classes"});
  ArrayOptions options = small::exact();
  options.format.weight_bits = 7;
  options.cells.range = {4e-6, 44e-6, options.format.top()};
  options.read_noise = {2.0F, 0.3F, 0};
  options.tile_rows = 1152;
  options.tile_columns = 128;
  options.dac.coding = {.bits = 8, .read_bits = 1, .encoding = InputEncoding::sign_magnitude};
  options.adc.bits = 8;
  ArrayNetwork network(small::trained_network(spec, {initial_parameters(spec, 4, 0), {}}), {.arrays = options}, samples,
                       small::evaluation_set(samples), small::kNoPoll);
  network.program(small::kKey, 0, 0, small::kNoPoll);
  return network;
}

TEST(SequenceWalk, TakesTheCyclesOfTheWorkedExample) {
  const ArrayNetwork network = worked_example(3);
  const std::vector<std::uint32_t> images{0};
  const Index steps[] = {1047, 983, 951, 935};
  const Index dense[] = {919 - 16 + 61, 919 - 16 + 31, 919, 919 - 16 + 8};
  for (std::size_t i = 0; i < 4; ++i) {
    SimulationOptions options;
    options.accelerator.converters = Index{1} << i;
    options.accelerator.clock = 1.28e9;
    options.accelerator.read_time = 1e-7;
    const SimulatedRun run = simulate(network, options, images, small::kNoPoll);
    EXPECT_EQ(run.cycles, 3 * (steps[i] + 5) + dense[i]) << options.accelerator.converters << " converters";
    EXPECT_EQ(run.layers[0].cycles, 3 * (steps[i] + 5));
    EXPECT_EQ(run.logits.logits, network.logits(images, small::kNoPoll).logits);
    double conversions = 0;
    for (const ModuleActivity& module : run.modules)
      if (module.layer == "lstm1" && module.module.starts_with("adc")) conversions += module.work;
    EXPECT_EQ(conversions, 3 * 7 * 512);
  }
}

}  // namespace walks_test
}  // namespace ohmcarlo
