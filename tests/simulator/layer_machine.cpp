#include "simulator/layer_machine.hpp"

#include <gtest/gtest.h>

#include "simulator/machine_trial.hpp"

namespace ohmcarlo {
namespace layer_machine_test {

// Layers, arrays and accelerators at random: bits of the arrays read at once, cycles and work of the closed form.
TEST(LayerMachine, HasTheBitsOfItsArraysAndTheCyclesOfTheClosedForm) {
  int tiles = 0, uneven = 0, slow_converters = 0, slices = 0, alone = 0, references = 0, buses = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const auto chain = machine::serial_chain(seed);
    Choices choose(seed + 5000);
    const AcceleratorOptions options = machine::random_accelerator(choose);
    ArrayLayer layer(chain->options, chain->weights);
    const LayerScales scales = calibrate(layer, chain->x);
    layer.program(chain->chip);
    const Index vectors = chain->x.rows();
    const machine::DenseTrial trial(layer, scales, chain->chip, options, chain->x, chain->names());

    Matrix<float> expected(vectors, layer.tiles().outputs);
    layer.read(chain->x, chain->names(), scales, chain->chip, expected);
    ASSERT_EQ(trial.outputs, expected) << seed << ": " << chain->text();

    LayerDesign design = machine::design_of(layer, scales.coding);
    const LayerTiming time = timing_of(design, options);
    ASSERT_EQ(trial.first, time.latency) << seed << ": " << chain->text();
    ASSERT_EQ(trial.last, time.latency + (vectors - 1) * time.interval) << seed << ": " << chain->text();

    design.vectors = vectors;
    const LayerAccount account = account_of({design}, options, 1).layers.front();
    const auto busy = [&](Component component) { return account.of(component).busy; };
    ASSERT_EQ(trial.work_of("adc"), busy(Component::adc)) << seed;
    ASSERT_EQ(trial.work_of("dac"), busy(Component::dac)) << seed;
    ASSERT_EQ(trial.work_of("sample_and_hold"), busy(Component::sample_and_hold)) << seed;
    ASSERT_EQ(trial.work_of("crossbar"), busy(Component::crossbar)) << seed;
    ASSERT_EQ(trial.work_of("shift_add"), busy(Component::shift_add)) << seed;

    tiles += design.row_tiles() > 2 ? 1 : 0;
    uneven += design.most_columns() % options.converters != 0 ? 1 : 0;
    slow_converters += time.conversion > time.read ? 1 : 0;
    slices += design.slices > 1 ? 1 : 0;
    alone += design.polarities == 2 && !design.difference ? 1 : 0;
    references += design.reference_columns;
    buses += std::max(time.input, time.output) > design.reads * time.stage ? 1 : 0;
  }
  for (const int layers : {tiles, uneven, slow_converters, slices, alone, references, buses}) EXPECT_GE(layers, 20);
}

// Nothing of the time depends on what is computed.
TEST(LayerMachine, TakesTheSameTimeWhateverTheData) {
  const auto chain = machine::serial_chain(3);
  ArrayLayer layer(chain->options, chain->weights);
  const LayerScales scales = calibrate(layer, chain->x);
  layer.program(chain->chip);
  const Matrix<float> zeros = Matrix<float>::Zero(chain->x.rows(), chain->x.cols());
  const machine::DenseTrial some(layer, scales, chain->chip, {}, chain->x, chain->names());
  const machine::DenseTrial none(layer, scales, chain->chip, {}, zeros, chain->names());
  EXPECT_EQ(some.last, none.last);
  EXPECT_EQ(some.busy, none.busy);
  EXPECT_EQ(some.work, none.work);
}

}  // namespace layer_machine_test
}  // namespace ohmcarlo
