#include "config/wires.hpp"

namespace ohmcarlo {
namespace {

enum class RowSources { one, both };
constexpr auto kRowSources = make_words<RowSources>({{"one", RowSources::one}, {"both", RowSources::both}});

}  // namespace

std::vector<Key> wire_keys() {
  using enum KeyType;
  return {
      {.path = "hardware.wires.row_ohm",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1e9,
       .help = "resistance of one segment of a row, ohm"},
      {.path = "hardware.wires.column_ohm",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1e9,
       .help = "resistance of one segment of a column, ohm"},
      {.path = "hardware.wires.driver_ohm",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1e9,
       .help = "resistance between a row and its driver, ohm"},
      {.path = "hardware.wires.sense_ohm",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1e9,
       .help = "resistance between a column and virtual ground, ohm"},
      {.path = "hardware.wires.sources",
       .type = text,
       .fallback = "\"one\"",
       .words = kRowSources.all(),
       .help = "ends from which a row is driven"},
  };
}

WireOptions read_wires(Reader& reader) {
  return {reader.real("hardware.wires.row_ohm"), reader.real("hardware.wires.column_ohm"),
          reader.real("hardware.wires.driver_ohm"), reader.real("hardware.wires.sense_ohm"),
          reader.meaning("hardware.wires.sources", kRowSources) == RowSources::both};
}

}  // namespace ohmcarlo
