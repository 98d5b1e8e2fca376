#include "config/arrays.hpp"

#include "base/error.hpp"
#include "config/converters.hpp"
#include "config/faults.hpp"
#include "config/read_noise.hpp"
#include "config/refusal.hpp"
#include "config/variation.hpp"
#include "config/wires.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kMappings = make_words<Mapping>({{"signed", Mapping::sign_magnitude},
                                                {"one-sided", Mapping::one_sided},
                                                {"mid-point", Mapping::mid_point},
                                                {"offset", Mapping::offset}});

CellModel read_cell_model(Reader& reader, int top, FileCache& files) {
  CellModel model;
  model.range = {reader.real("hardware.g_min"), reader.real("hardware.g_max"), top};
  if (model.range.g_min >= model.range.g_max)
    fail_usage("{}: 'hardware.g_min' is {} (allowed: below hardware.g_max, {})", reader.where("hardware.g_min"),
               model.range.g_min, model.range.g_max);
  (void)reader.text("hardware.variation.lifetime");
  model.defects = read_defects(reader);
  if (!model.defects) {
    model.variation = read_variation(reader, model.range, files);
    check_key(reader, "hardware.variation.model", problem(model.variation, model.range));
    model.array = read_shared_variation(reader);
    model.faults = read_faults(reader);
    model.verify = read_write_verify(reader);
  }
  model.clip = read_clip(reader);
  model.drift = read_drift(reader);
  return model;
}

/// Laws that depend on conductances, not only on the range of a cell, need both ends of that range to be written.
void check_conductances(const Reader& reader, const ArrayOptions& options, bool noise_of_conductance) {
  const CellModel& cells = options.cells;
  if (reader.is_written("hardware.g_min") && reader.is_written("hardware.g_max")) return;
  const char* who = !options.wires.ideal()                                      ? "wires with resistance"
                    : cells.defects                                             ? "hardware.defects"
                    : cells.drift                                               ? "drift"
                    : variation_law(cells.variation.law).depends_on_conductance ? "this model of the variation"
                    : !cells.array.none()                                       ? "variation that cells share"
                    : noise_of_conductance                                      ? "this model of the read noise"
                                                                                : nullptr;
  if (who != nullptr)
    fail_usage("{}: {} needs both 'hardware.g_min' and 'hardware.g_max' (siemens)", reader.where("hardware.simulate"),
               who);
}

CellFormat read_format(Reader& reader) {
  Variation bits;
  read_cell_bits(reader, bits);
  CellFormat format;
  format.mapping = reader.meaning("hardware.mapping", kMappings);
  format.weight_bits = bits.weight_bits;
  format.cell_bits = bits.cell_bits;
  const bool halved = format.mapping == Mapping::mid_point || format.mapping == Mapping::offset;
  if (halved && format.weight_bits == 1)
    refuse_key(reader, "hardware.mapping", "a weight of 1 bit has no sign here (allowed: 2 bits or more)");
  if (format.mapping == Mapping::mid_point && format.slices() > 1)
    refuse_key(reader, "hardware.mapping",
               "mid-point pairs need one cell a weight (allowed: cell_bits = weight_bits, or \"analog\")");
  return format;
}

/// How weights lie on the rows of arrays, and in which layers converters are ideal.
ArrayOptions read_structure(Reader& reader) {
  ArrayOptions array;
  array.format = read_format(reader);
  if (reader.has("hardware.tile_rows")) array.tile_rows = reader.integer("hardware.tile_rows");
  if (reader.has("hardware.ideal_layers")) array.ideal_layers = reader.integers("hardware.ideal_layers");
  return array;
}

/// The code of inputs of converters whose scales are learnt: sums that begin at 0 have inputs that do.
InputEncoding trained_encoding(const Reader& reader, const ArrayOptions& array) {
  const InputEncoding encoding = array.dac.coding.encoding;
  if (encoding != InputEncoding::automatic && encoding != InputEncoding::unsigned_)
    refuse_key(reader, "hardware.dac.encoding",
               "trained converters need inputs that are not negative (allowed: \"auto\", \"unsigned\")");
  return InputEncoding::unsigned_;
}

/// What cells that vary at every read need of arrays.
void check_redrawn(const Reader& reader, const ArrayOptions& array) {
  const auto need = [&](bool holds, const char* why) {
    if (!holds) refuse_key(reader, "hardware.defects.lifetime", std::string("\"read\" ") + why);
  };
  need(array.format.polarities() == 2 && array.format.slices() == 1,
       "needs pairs of one cell each (allowed: hardware.mapping one-sided or mid-point, cell_bits = weight_bits or "
       "\"analog\")");
  need(array.wires.ideal(), "does not go with wires that have resistance");
  need(array.read_noise.constant(),
       "does not go with read noise that depends on conductances (allowed: \"none\", \"gaussian\")");
}

/// What wires with resistance need of cells.
void check_wires(const Reader& reader, const ArrayOptions& array) {
  if (array.format.mapping == Mapping::sign_magnitude)
    refuse_key(reader, "hardware.mapping",
               "\"signed\" is no circuit that wires could belong to (allowed: the other mappings)");
  const CellVariation& variation = array.cells.variation;
  const VariationLawRow& law = variation_law(variation.law);
  const bool below_zero =
      (law.may_conduct_below_nothing && (!law.has_sigma() || variation.sigma > 0)) || !array.cells.array.none();
  if (!array.cells.defects && below_zero && array.cells.clip == Clip::none)
    refuse_key(reader, "hardware.variation.clip",
               "wires need conductances that are not negative (allowed: \"zero\", \"range\")");
}

}  // namespace

std::vector<std::string_view> mapping_words() {
  return kMappings.all();
}

void read_cell_bits(Reader& reader, Variation& variation) {
  variation.weight_bits =
      reader.has("hardware.weight_bits") ? static_cast<int>(reader.integer("hardware.weight_bits")) : 0;
  if (reader.is_word("hardware.cell_bits")) {
    (void)reader.text("hardware.cell_bits");
    return;
  }
  variation.cell_bits = static_cast<int>(reader.integer("hardware.cell_bits"));
  if (variation.weight_bits == 0)
    fail_usage("{}: 'hardware.cell_bits' needs 'hardware.weight_bits' as well", reader.where("hardware.cell_bits"));
  if (variation.cell_bits > variation.weight_bits)
    fail_usage("{}: 'hardware.cell_bits' is {} (allowed: at most hardware.weight_bits, {})",
               reader.where("hardware.cell_bits"), variation.cell_bits, variation.weight_bits);
}

ArrayOptions read_array(Reader& reader, FileCache& files) {
  ArrayOptions array = read_structure(reader);
  if (reader.has("hardware.tile_columns")) array.tile_columns = reader.integer("hardware.tile_columns");
  array.cells = read_cell_model(reader, array.format.top(), files);
  const ReadNoiseOptions noise = read_read_noise(reader, array.cells.range);
  array.read_noise = noise.sd;
  array.dac = read_dac(reader);
  array.adc = read_adc(reader, array.format);
  array.wires = read_wires(reader);
  check_conductances(reader, array, noise.of_conductance);
  if (!array.wires.ideal()) check_wires(reader, array);
  if (!array.read_noise.zero()) array.read_form = read_read_form(reader, array);
  if (array.redrawn()) check_redrawn(reader, array);
  return array;
}

ArrayOptions read_trained_arrays(Reader& reader, bool noise) {
  ArrayOptions array = read_structure(reader);
  array.cells.range = {reader.real("hardware.g_min"), reader.real("hardware.g_max"), array.format.top()};
  array.adc = read_trained_adc(reader, array.format, noise);
  array.dac = read_dac(reader);
  array.dac.coding.encoding = trained_encoding(reader, array);
  return array;
}

ArrayOptions read_crossbar(Reader& reader, bool noise) {
  ArrayOptions array = read_structure(reader);
  if (array.format.has_reference() && reader.has("hardware.tile_columns"))  // each tile has a column of its own
    array.tile_columns = reader.integer("hardware.tile_columns");
  array.cells.range = {reader.real("hardware.g_min"), reader.real("hardware.g_max"), array.format.top()};
  array.adc = read_widened_adc(reader, array.format, noise);
  array.dac = read_dac(reader);
  if (noise) array.read_noise = read_read_noise(reader, array.cells.range).sd;
  if (!array.read_noise.zero()) array.read_form = read_read_form(reader, array);
  return array;
}

void check_ideal_layers(const Reader& reader, const ArrayOptions& array, std::size_t layers) {
  const auto count = static_cast<std::int64_t>(layers);
  for (const std::int64_t layer : array.ideal_layers)
    if (layer == 0 || layer > count || layer < -count)
      fail_usage(
          "{}: 'hardware.ideal_layers' names layer {} (allowed: 1 to {}, the layers with weights, or -1 to {}, from "
          "the last)",
          reader.where("hardware.ideal_layers"), layer, count, -count);
}

ArrayOptions read_arrays(const Document& document) {
  const auto of_hardware = [](const std::string& path) { return path.starts_with("hardware."); };
  for (const SweptKey& swept : document.swept)
    if (of_hardware(swept.path))
      fail_usage("{}: '{}' is swept; one product needs one value (allowed: --set {}=VALUE)",
                 document.where.at(swept.path), swept.path, swept.path);
  const PointSettings settings(document);
  Reader reader(settings);
  FileCache files;
  (void)reader.text("hardware.simulate");
  ArrayOptions array = read_array(reader, files);
  if (array.adc.bits > 0 && array.adc.range == RangeKind::trained)
    refuse_key(reader, "hardware.adc.range", "\"trained\" belongs to a network (allowed: the other ranges)");
  if (!array.ideal_layers.empty()) refuse_key(reader, "hardware.ideal_layers", "one product has no layers; remove it");
  for (const auto& [path, value] : document.fixed)
    if (of_hardware(path) && !reader.keys_read()[id_of(KeyName(path))])
      fail_usage("{}: '{}' is not used by these arrays ({}); remove it, or choose settings that use it",
                 document.place_of(path), path, find_key(path)->help);
  return array;
}

}  // namespace ohmcarlo
