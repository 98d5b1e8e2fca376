#include "accelerator/account.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "accelerator/random_designs.hpp"
#include "accelerator/worked_example.hpp"

namespace ohmcarlo {
namespace account_test {

AcceleratorOptions with_32nm() {
  AcceleratorOptions options;
  options.components = component_tables()[0].table;
  return options;
}

/// The gates of the worked example alone, one step.
Account step_of_gates(const AcceleratorOptions& options) {
  return account_of({designs_of(speech_network(), speech_arrays())[0]}, options, 1);
}

TEST(Account, OfOneStepOfTheGatesHasTheKnownEnergies) {
  const Account account = step_of_gates(with_32nm());
  EXPECT_NEAR(account.inference_energy(Component::adc), 5600, 1e-9);
  EXPECT_NEAR(account.inference_energy(Component::crossbar), 840, 1e-9);
  EXPECT_NEAR(account.inference_energy(Component::dac), 1828.3, 0.05);
  EXPECT_NEAR(account.inference_energy(Component::shift_add), 35, 1e-9);
  const double four = account.inference_energy(Component::adc) + account.inference_energy(Component::crossbar) +
                      account.inference_energy(Component::dac) + account.inference_energy(Component::shift_add);
  EXPECT_NEAR(four, 8303, 0.5);
  EXPECT_EQ(account.inference_operations(), 171008);
  EXPECT_NEAR(account.inference_operations() / four, 20.6, 0.05);
}

TEST(Account, KnowsTheUseOfConvertersInTheWorkedExample) {
  // 7 reads of 32 conversions, in 956 cycles.
  EXPECT_NEAR(step_of_gates(with_32nm()).utilisation(Component::adc), 7 * 32 / 956.0, 1e-12);
  EXPECT_TRUE(std::isnan(step_of_gates(with_32nm()).utilisation(Component::rectifier)));
}

TEST(Account, HoldsWhatAnOperationTakesAgainst16Bits) {
  const Account account = step_of_gates(with_32nm());
  EXPECT_NEAR(account.efficiency_16_bits(), account.efficiency() / 4, 1e-12);
  // 1152 x 128 cells are nine times the 128 x 128 of the table.
  EXPECT_NEAR(account.energy_with_scaled_crossbars() - account.inference_energy(), 8 * 840, 1e-9);
}

TEST(Account, HasTheCeilingsOfReadsAndConverters) {
  const Ceilings ceilings = step_of_gates(with_32nm()).ceilings();
  EXPECT_NEAR(ceilings.reads, 171008 / 700e-9, 1);  // 7 reads of 100 ns
  EXPECT_NEAR(ceilings.converters, 4 * ceilings.reads, 10);
  EXPECT_EQ(ceilings.peak, ceilings.reads);
  EXPECT_NEAR(ceilings.buses, 171008 / (16 * 0.78125e-9), 1e3);
  EXPECT_NEAR(step_of_gates(with_32nm()).achieved(), 171008 / (956 * 0.78125e-9), 1e3);
}

/// What the modules of one layer do for one vector, piece after piece: in the order of Component.
std::vector<ModuleUse> count_pieces(const LayerDesign& layer, const AcceleratorOptions& options) {
  std::vector<ModuleUse> modules(kComponents);
  const auto at = [&](Component component) -> ModuleUse& { return modules[static_cast<std::size_t>(component)]; };
  const auto read = std::ceil(options.read_time * options.clock * (1 - 1e-9));
  double slowest = 0;
  for (Index tile = 0; tile < layer.column_tiles(); ++tile)
    slowest = std::max(slowest,
                       std::ceil(static_cast<double>(layer.columns(tile)) / static_cast<double>(options.converters)));
  const double stage = std::max(read, slowest);
  Index arrays = 0;
  for (Index place = 0; place < layer.groups * layer.tiles.row_tiles(); ++place)  // a row tile of a group
    for (Index tile = 0; tile < layer.tiles.column_tiles(); ++tile) {
      const Index row_tile = place % layer.tiles.row_tiles();
      for (int slice = 0; slice < layer.slices; ++slice)
        for (int polarity = 0; polarity < layer.polarities; ++polarity) {
          ++arrays;
          const auto rows = static_cast<double>(layer.tiles.row_count(row_tile));
          const bool bank = !layer.difference || polarity == 0;
          at(Component::crossbar).count += 1;
          at(Component::dac).count += rows;
          if (bank) {
            at(Component::adc).count += static_cast<double>(options.converters);
            at(Component::shift_add).count += 1;
            at(Component::sample_and_hold).count += static_cast<double>(layer.columns(tile));
          }
          for (int r = 0; r < layer.reads; ++r) {
            at(Component::crossbar).busy += read;
            at(Component::dac).busy += rows * read;
            if (!bank) continue;
            at(Component::sample_and_hold).busy += static_cast<double>(layer.columns(tile)) * stage;
            Index left = layer.columns(tile);
            while (left > 0) {  // a cycle
              at(Component::shift_add).busy += 1;
              for (Index converter = 0; converter < options.converters && left > 0; ++converter, --left)
                at(Component::adc).busy += 1;
            }
          }
        }
      if (row_tile == 0) continue;  // its sums are what those of the others are added to
      at(Component::adder_tree).count += 1;
      for (Index left = layer.tiles.column_count(tile); left > 0; left -= options.converters)
        at(Component::adder_tree).busy += 1;
    }
  for (Index first = 0; first < arrays; first += options.arrays_per_element) {
    at(Component::input_buffer).count += 1;
    at(Component::output_buffer).count += 1;
    for (Index moved = 0; moved < layer.groups * layer.inputs; moved += options.in_width)
      at(Component::input_buffer).busy += 1;
    for (Index moved = 0; moved < layer.outputs; moved += options.out_width) at(Component::output_buffer).busy += 1;
  }
  if (layer.kind == LayerKind::lstm) {
    at(Component::activation_table) = {5.0 * static_cast<double>(options.units),
                                       5.0 * static_cast<double>(layer.hidden)};
    at(Component::element_wise) = {static_cast<double>(options.units), 3.0 * static_cast<double>(layer.hidden)};
  } else if (layer.activation != LayerActivation::none) {
    at(layer.activation == LayerActivation::table ? Component::activation_table : Component::rectifier) = {
        static_cast<double>(options.out_width), static_cast<double>(layer.outputs)};
  }
  return modules;
}

TEST(Account, IsWhatItsModulesDoPieceAfterPieceOnAThousandRandomNetworks) {
  RandomDesigns random(20260102);
  for (int trial = 0; trial < 1000; ++trial) {
    const AcceleratorOptions options = random.options();
    const std::vector<LayerDesign> layers = random.network();
    const Index frames = random.whole(1, 3);
    const Account account = account_of(layers, options, frames);
    const double share = options.idle == IdleAccounting::none ? 0 : options.idle == IdleAccounting::leakage ? 0.1 : 1;
    double energy = 0, area = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const std::vector<ModuleUse> pieces = count_pieces(layers[i], options);
      for (std::size_t c = 0; c < kComponents; ++c) {
        const double busy = pieces[c].busy * static_cast<double>(layers[i].vectors) *
                            static_cast<double>((layers[i].each_frame ? frames : 1) * options.interleave);
        ASSERT_EQ(account.layers[i].modules[c].count, pieces[c].count) << trial << " " << component_words()[c].name;
        ASSERT_EQ(account.layers[i].modules[c].busy, busy) << trial << " " << component_words()[c].name;
        ASSERT_LE(busy, pieces[c].count * account.cycles) << trial << " " << component_words()[c].name;
        const double idle = pieces[c].count * account.cycles - busy;
        const double milliwatts = options.components.costs[c].power_mw;
        energy += milliwatts * 1e-3 * (busy + share * idle) / options.clock;
        area += pieces[c].count * options.components.costs[c].area_mm2;
      }
    }
    ASSERT_NEAR(account.inference_energy() * static_cast<double>(options.interleave), energy * 1e12,
                1e-9 * energy * 1e12);
    ASSERT_NEAR(account.area_mm2, area, 1e-9 * area);
    double by_component = 0;
    for (std::size_t c = 0; c < kComponents; ++c) by_component += account.inference_energy(static_cast<Component>(c));
    ASSERT_NEAR(account.inference_energy(), by_component, 1e-9 * by_component);
  }
}

TEST(Account, OfWaitingModulesIsNothingAShareOrAll) {
  AcceleratorOptions options = with_32nm();
  const Account active = step_of_gates(options);
  // Sixteen converters of which 224 cycles each are conversions, 732 are not: 2 mW over .78125 ns a cycle.
  const double idle = 16 * 732 * 1.5625;
  options.idle = IdleAccounting::leakage;
  EXPECT_NEAR(step_of_gates(options).inference_energy(Component::adc), 5600 + 0.1 * idle, 1e-6);
  options.idle = IdleAccounting::always_on;
  EXPECT_NEAR(step_of_gates(options).inference_energy(Component::adc), 16 * 956 * 1.5625, 1e-6);
  EXPECT_NEAR(active.inference_energy(Component::adc), 5600, 1e-9);
}

// 61 columns and 4 converters: three converters have nothing to convert in the last turn.
TEST(Account, CountsNoConversionOfAColumnThatIsNotThere) {
  const Account dense = account_of({designs_of(speech_network(), speech_arrays())[1]}, with_32nm(), 1);
  EXPECT_NEAR(dense.inference_energy(Component::adc), 7 * 61 * 1.5625, 1e-9);
}

}  // namespace account_test
}  // namespace ohmcarlo
