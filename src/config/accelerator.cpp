#include "config/accelerator.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "config/refusal.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kIdleAccountings = make_words<IdleAccounting>(
    {{"none", IdleAccounting::none}, {"leakage", IdleAccounting::leakage}, {"always-on", IdleAccounting::always_on}});

/// What a cycle count of arrays needs of them.
void check_arrays(const Reader& reader, const ArrayOptions& array) {
  const auto need = [&](bool holds, const char* key, const char* why) {
    if (!holds) fail_usage("{}: [accelerator] {}", reader.where(key), why);
  };
  need(array.dac.coding.bits > 0 && array.dac.coding.read_bits == 1, "hardware.dac.serial",
       "counts reads of one bit each: it needs 'hardware.dac.bits' and hardware.dac.serial = true");
  need(array.adc.bits > 0, "hardware.adc.bits", "counts conversions: it needs 'hardware.adc.bits'");
  need(array.ideal_layers.empty(), "hardware.ideal_layers",
       "counts conversions, and layers without converters have none: remove 'hardware.ideal_layers'");
}

/// The table of a word, else of the file of that name.
ComponentTable read_components(Reader& reader, Hardware& hardware) {
  constexpr const char* kKey = "accelerator.components";
  const std::string& name = reader.text(kKey);
  for (const auto& [word, table] : component_tables())
    if (word == name) return table;
  ComponentTable table = read_component_table(name);
  std::string content = fmt::format("{}", table.read_ns);
  for (const ComponentCost& cost : table.costs) content += fmt::format(" {} {}", cost.power_mw, cost.area_mm2);
  hardware.files.insert(record_content(reader, kKey, sha256(content)));
  return table;
}

}  // namespace

std::vector<Key> accelerator_keys() {
  using enum KeyType;
  return {
      {.path = "accelerator.components",
       .type = text,
       .fallback = "\"32nm\"",
       .help =
           "power and area of the modules: \"32nm\", \"130nm\", or a CSV file (src/accelerator/README.md). Any key of "
           "this table adds cycles, energy and use of converters to the results"},
      {.path = "accelerator.converters",
       .type = integer,
       .fallback = "4",
       .low = 1,
       .high = 1e6,
       .help = "converters that share the columns of an array, at most one a column"},
      {.path = "accelerator.arrays_per_element",
       .type = integer,
       .fallback = "4",
       .low = 1,
       .high = 1e6,
       .help = "arrays of a processing element, which has one input and one output buffer"},
      {.path = "accelerator.in_width",
       .type = integer,
       .fallback = "32",
       .low = 1,
       .high = 1e6,
       .help = "values that the bus into an element moves in a cycle"},
      {.path = "accelerator.out_width",
       .type = integer,
       .fallback = "32",
       .low = 1,
       .high = 1e6,
       .help = "values that the bus out of an element moves in a cycle"},
      {.path = "accelerator.units",
       .type = integer,
       .fallback = "128",
       .low = 1,
       .high = 1e6,
       .help = "element-wise units of an LSTM layer"},
      {.path = "accelerator.clock",
       .type = real,
       .fallback = "1.28e9",
       .low = 1e6,
       .high = 1e11,
       .help = "hertz; one conversion takes one cycle"},
      {.path = "accelerator.read_time",
       .type = real,
       .low = 1e-12,
       .high = 1e-4,
       .help = "seconds that a read of an array takes; that of the components if absent (1e-7 of 32nm and 130nm)"},
      {.path = "accelerator.idle",
       .type = text,
       .fallback = "\"none\"",
       .words = kIdleAccountings.all(),
       .help = "what modules draw that wait: nothing, a share of their power, or all of it"},
      {.path = "accelerator.leakage",
       .type = real,
       .fallback = "0.1",
       .low = 0,
       .high = 1,
       .help = "share of its power that a waiting module draws, with idle = \"leakage\""},
      {.path = "accelerator.interleave",
       .type = integer,
       .fallback = "1",
       .low = 1,
       .high = 100,
       .help = "independent sequences whose steps a recurrent network takes in turn"},
  };
}

bool has_accelerator(const Reader& reader) {
  static const std::vector<Key> keys = accelerator_keys();
  return std::ranges::any_of(keys, [&](const Key& key) { return reader.is_written(KeyName(key.path)); });
}

void read_accelerator(Reader& reader, Hardware& hardware) {
  check_arrays(reader, hardware.array);
  AcceleratorOptions options;
  options.components = read_components(reader, hardware);
  options.converters = reader.integer("accelerator.converters");
  options.arrays_per_element = reader.integer("accelerator.arrays_per_element");
  options.in_width = reader.integer("accelerator.in_width");
  options.out_width = reader.integer("accelerator.out_width");
  options.units = reader.integer("accelerator.units");
  options.clock = reader.real("accelerator.clock");
  options.read_time =
      reader.has("accelerator.read_time") ? reader.real("accelerator.read_time") : options.components.read_ns * 1e-9;
  options.idle = reader.meaning("accelerator.idle", kIdleAccountings);
  if (options.idle == IdleAccounting::leakage) options.leakage = reader.real("accelerator.leakage");
  options.interleave = reader.integer("accelerator.interleave");
  hardware.accelerator = std::move(options);
}

void check_accelerator(const Reader& reader, const Hardware& hardware, const NetworkSpec& network) {
  if (!hardware.accelerator) return;
  const AcceleratorOptions& options = *hardware.accelerator;
  Index columns = hardware.array.tile_columns;
  if (columns == 0)
    for (const Node& layer : network.weight_layers())
      columns = std::max(columns, layer.weight_outputs() / layer.weight_groups());
  if (options.converters > columns)
    fail_usage("{}: 'accelerator.converters' is {} (allowed: 1 to {}, the columns of an array)",
               reader.where("accelerator.converters"), options.converters, columns);
  for (const Node& layer : network.layers)
    if (only_goes_forward(layer))
      refuse_key(
          reader, "accelerator.clock",
          fmt::format("layer {} is recurrent and no lstm, whose cycles are not counted (allowed: lstm)", layer.name));
  if (options.interleave > 1 && !network.is_recurrent())
    refuse_key(reader, "accelerator.interleave",
               "only steps of a recurrent network leave cycles for other sequences (allowed: 1)");
}

}  // namespace ohmcarlo
