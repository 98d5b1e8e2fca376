#include "accelerator/components.hpp"

namespace ohmcarlo {
namespace {

/// The costs of the modules that have been published, with stand-ins for the others.
ComponentTable with_substitutes(ComponentTable table) {
  const auto copy = [&](Component from, Component to) { table.costs[static_cast<std::size_t>(to)] = table.of(from); };
  copy(Component::shift_add, Component::adder_tree);
  copy(Component::shift_add, Component::element_wise);
  copy(Component::rectifier, Component::activation_table);
  return table;
}

}  // namespace

const std::array<ComponentWord, kComponents>& component_words() {
  static constexpr std::array<ComponentWord, kComponents> kWords = {{
      {"adc", "converter"},
      {"dac", "row"},
      {"sample_and_hold", "column"},
      {"crossbar", "array"},
      {"shift_add", "array"},
      {"adder_tree", "adder"},
      {"input_buffer", "element"},
      {"output_buffer", "element"},
      {"activation_table", "table"},
      {"element_wise", "unit"},
      {"rectifier", "unit"},
  }};
  return kWords;
}

const std::vector<NamedComponentTable>& component_tables() {
  static const std::vector<NamedComponentTable> tables = {
      {"32nm", with_substitutes({.costs = {{{2, .0012},
                                            {.00391, 1.66016e-7},
                                            {9.76563e-6, 3.90625e-8},
                                            {.3, .000148},
                                            {.05, .00006},
                                            {},
                                            {1.24, .0021},
                                            {.23, .00077},
                                            {},
                                            {},
                                            {.0032, 8.9e-6}}},
                                 .read_ns = 100})},
      {"130nm", with_substitutes({.costs = {{{26, .55},
                                             {.06256, 2.656e-6},
                                             {1.5625e-4, 6.25e-7},
                                             {43.2, .021312},
                                             {.8, .00096},
                                             {},
                                             {19.84, .0336},
                                             {3.68, .01232},
                                             {},
                                             {},
                                             {.0512, 1.424e-4}}},
                                  .read_ns = 100})},
  };
  return tables;
}

}  // namespace ohmcarlo
