#include "config/hardware.hpp"

#include "config/arrays.hpp"
#include "config/variation.hpp"

namespace ohmcarlo {
namespace {

enum class Simulated { weights, arrays };
constexpr auto kSimulated = make_words<Simulated>({{"weights", Simulated::weights}, {"arrays", Simulated::arrays}});

}  // namespace

std::vector<Key> hardware_keys() {
  using enum KeyType;
  return {
      {.path = "hardware.simulate",
       .type = text,
       .fallback = "\"weights\"",
       .words = kSimulated.all(),
       .help = "what is modelled: noisy float weights, or arrays of cells with their converters"},
      {.path = "hardware.weight_bits",
       .type = integer,
       .low = 1,
       .high = 16,
       .help = "bits of a weight that is stored on cells, its sign apart; floats if absent"},
      {.path = "hardware.cell_bits",
       .type = integer,
       .fallback = "\"analog\"",
       .low = 1,
       .high = 16,
       .words = {"analog"},
       .help = "bits of one cell, or \"analog\" for one cell a weight"},
      {.path = "hardware.fold_normalisation",
       .type = boolean,
       .fallback = "false",
       .help = "whether batch normalisation goes into the weights before they are stored, instead of being computed "
               "digitally"},
      {.path = "hardware.mapping",
       .type = text,
       .fallback = "\"one-sided\"",
       .words = mapping_words(),
       .help = "how arrays store the signs of weights"},
      {.path = "hardware.tile_rows",
       .type = integer,
       .low = 1,
       .high = 1e6,
       .help = "inputs (word lines) of one array; as many as the layer, or a group of its channels, has if absent"},
      {.path = "hardware.tile_columns",
       .type = integer,
       .low = 1,
       .high = 1e6,
       .help = "outputs (bit lines) of one array; as many as the layer, or a group of its channels, has if absent"},
      {.path = "hardware.ideal_layers",
       .type = integer_list,
       .low = -1e6,
       .high = 1e6,
       .help = "layers with weights that have no converters (inputs as they are, sums exact): 1 is the first, -1 the "
               "last; none if absent"},
      {.path = "hardware.g_min",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1,
       .help = "smallest conductance of a cell of an array, siemens"},
      {.path = "hardware.g_max",
       .type = real,
       .fallback = "1e-4",
       .low = Key::kAboveZero,
       .high = 1,
       .help = "largest conductance of a cell of an array, siemens"},
  };
}

bool read_simulates_arrays(Reader& reader) {
  return reader.meaning("hardware.simulate", kSimulated) == Simulated::arrays;
}

Hardware read_hardware(Reader& reader, FileCache& files) {
  Hardware hardware;
  hardware.arrays = read_simulates_arrays(reader);
  hardware.fold_normalisation = reader.boolean("hardware.fold_normalisation");
  if (!hardware.arrays) {
    hardware.variation = read_weight_variation(reader);
    read_cell_bits(reader, hardware.variation);
    return hardware;
  }
  hardware.array = read_array(reader, files);
  if (hardware.array.cells.variation.law == VariationLaw::table) {
    const LevelFile& levels = read_levels(reader, hardware.array.cells.range.top, files);
    hardware.files.insert(record_content(reader, "hardware.variation.file", levels.sha256));
  }
  return hardware;
}

}  // namespace ohmcarlo
