#include "config/hardware.hpp"

#include <initializer_list>
#include <limits>
#include <utility>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "config/pick.hpp"
#include "device/read_noise.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTable = "hardware.";

std::string key(const char* name) {
  return std::string(kTable) + name;
}

/// Refuses a combination that no single key's range can express.
[[noreturn]] void refuse(const Reader& reader, const char* name, const std::string& why) {
  fail_usage("{}: '{}': {}", reader.where(key(name)), key(name), why);
}

void check(const Reader& reader, const char* name, const std::string& problem) {
  if (!problem.empty()) refuse(reader, name, problem);
}

FittedSd read_fit(Reader& reader, const std::string& table) {
  const std::vector<double> c = reader.reals(table + "coefficients");
  FittedSd fit{.c0 = c[0], .c1 = c[1], .c2 = c[2], .scale = reader.real(table + "scale")};
  const FittedSd published;
  if (c != std::vector<double>{published.c0, published.c1, published.c2})
    fit.largest = std::numeric_limits<double>::infinity();
  return fit;
}

CellVariation read_variation(Reader& reader, const CellRange& range) {
  CellVariation variation;
  variation.law =
      pick<VariationLaw>(reader.text("hardware.variation.model"), {{"gaussian", VariationLaw::gaussian},
                                                                   {"proportional", VariationLaw::proportional},
                                                                   {"lognormal", VariationLaw::lognormal},
                                                                   {"polynomial", VariationLaw::polynomial},
                                                                   {"banded", VariationLaw::banded},
                                                                   {"table", VariationLaw::table}});
  switch (variation.law) {
    case VariationLaw::polynomial:
      variation.fit = read_fit(reader, "hardware.variation.");
      break;
    case VariationLaw::table:
      if (!reader.has("hardware.variation.file"))
        refuse(reader, "variation.model", "\"table\" needs hardware.variation.file");
      if (!reader.has("hardware.weight_bits"))
        refuse(reader, "variation.model", "\"table\" needs hardware.weight_bits: levels to be listed");
      variation.levels = read_level_table(reader.text("hardware.variation.file"), range.top);
      break;
    case VariationLaw::banded:
      variation.band_factor = reader.real("hardware.variation.band_factor");
      [[fallthrough]];
    default:
      variation.sigma = reader.real("hardware.variation.sigma");
  }
  return variation;
}

Clip read_clip(Reader& reader) {
  return pick<Clip>(reader.text("hardware.variation.clip"),
                    {{"none", Clip::none}, {"zero", Clip::zero}, {"range", Clip::range}});
}

Faults read_faults(Reader& reader) {
  Faults faults;
  faults.rate = reader.real("hardware.faults.rate");
  faults.kind = pick<FaultKind>(reader.text("hardware.faults.kind"), {{"stuck-at-g-min", FaultKind::stuck_at_g_min},
                                                                      {"stuck-at-g-max", FaultKind::stuck_at_g_max},
                                                                      {"mixed", FaultKind::mixed}});
  if (faults.kind == FaultKind::mixed) faults.g_max_share = reader.real("hardware.faults.g_max_share");
  faults.pattern = pick<FaultPattern>(reader.text("hardware.faults.pattern"), {{"cells", FaultPattern::cells},
                                                                               {"count", FaultPattern::count},
                                                                               {"rows", FaultPattern::rows},
                                                                               {"columns", FaultPattern::columns},
                                                                               {"clusters", FaultPattern::clusters}});
  if (faults.pattern == FaultPattern::clusters)
    faults.cluster_size = static_cast<int>(reader.integer("hardware.faults.cluster_size"));
  return faults;
}

/// Address::layer of those that hardware.defects.layers names.
std::vector<std::uint32_t> read_layers(Reader& reader) {
  std::vector<std::uint32_t> layers;
  for (const std::int64_t layer : reader.integers("hardware.defects.layers"))
    layers.push_back(static_cast<std::uint32_t>(layer - 1));
  if (layers.empty()) refuse(reader, "defects.layers", "names no layer (allowed: one or more, or \"all\")");
  return layers;
}

CellModel read_cell_model(Reader& reader, int top) {
  CellModel model;
  model.range = {reader.real("hardware.g_min"), reader.real("hardware.g_max"), top};
  if (model.range.g_min >= model.range.g_max)
    fail_usage("{}: 'hardware.g_min' is {} (allowed: below hardware.g_max, {})", reader.where("hardware.g_min"),
               model.range.g_min, model.range.g_max);
  (void)reader.text("hardware.variation.lifetime");
  if (reader.has("hardware.defects.rate")) {
    const std::vector<double> sigma = reader.reals("hardware.defects.sigma_range");
    model.defects =
        Defects{reader.real("hardware.defects.rate"), reader.real("hardware.defects.stuck_share"), sigma[0], sigma[1]};
    if (reader.is_word("hardware.defects.layers"))
      (void)reader.text("hardware.defects.layers");
    else
      model.defects->layers = read_layers(reader);
    model.defects->redrawn = reader.text("hardware.defects.lifetime") == "read";
    model.clip = read_clip(reader);
    check(reader, "defects.rate", problem(*model.defects));
  } else {
    model.variation = read_variation(reader, model.range);
    check(reader, "variation.model", problem(model.variation, model.range));
    model.array = {reader.real("hardware.variation.die_sigma"), reader.real("hardware.variation.gradient_sigma")};
    model.clip = read_clip(reader);
    model.faults = read_faults(reader);
    if (reader.has("hardware.write_verify.tolerance"))
      model.verify = WriteVerify{reader.real("hardware.write_verify.tolerance"),
                                 static_cast<int>(reader.integer("hardware.write_verify.max_pulses"))};
  }
  if (reader.has("hardware.drift.time")) {
    model.drift = Drift{reader.real("hardware.drift.exponent"), reader.real("hardware.drift.exponent_sd"),
                        reader.real("hardware.drift.time"), reader.real("hardware.drift.reference_time")};
    check(reader, "drift.time", problem(*model.drift));
  }
  return model;
}

/// Laws that depend on conductances, not only on the range of a cell, need to be told what a cell conducts.
void check_conductances(const Reader& reader, const ArrayOptions& options, const std::string& noise) {
  const CellModel& cells = options.cells;
  if (reader.is_written("hardware.g_min") && reader.is_written("hardware.g_max")) return;
  const char* who = !options.wires.ideal() ? "wires with resistance"
                    : cells.defects        ? "hardware.defects"
                    : cells.drift          ? "drift"
                    : cells.variation.law != VariationLaw::gaussian && cells.variation.law != VariationLaw::banded
                        ? "this model of the variation"
                    : !cells.array.none()                              ? "variation that cells share"
                    : noise == "proportional" || noise == "polynomial" ? "this model of the read noise"
                                                                       : nullptr;
  if (who != nullptr)
    fail_usage("{}: {} needs both 'hardware.g_min' and 'hardware.g_max' (siemens)", reader.where("hardware.simulate"),
               who);
}

SdLaw read_read_noise(Reader& reader, const CellRange& range, std::string& model) {
  model = reader.text("hardware.read_noise.model");
  if (model == "none") return {};
  if (model == "margin") {
    const auto top = static_cast<float>(range.top);
    const auto on = static_cast<float>(reader.real("hardware.read_noise.on_sd"));
    const auto off = static_cast<float>(reader.real("hardware.read_noise.off_sd"));
    return {off * top, on - off, 0};
  }
  ReadNoise noise;
  noise.law = pick<ReadNoiseLaw>(model, {{"gaussian", ReadNoiseLaw::gaussian},
                                         {"proportional", ReadNoiseLaw::proportional},
                                         {"polynomial", ReadNoiseLaw::polynomial}});
  if (noise.law == ReadNoiseLaw::polynomial)
    noise.fit = read_fit(reader, "hardware.read_noise.");
  else
    noise.sigma = reader.real("hardware.read_noise.sigma");
  check(reader, "read_noise.model", problem(noise, range));
  return sd_law(noise, range);
}

CellFormat read_format(Reader& reader) {
  Variation bits;
  read_cells(reader, bits);
  CellFormat format;
  format.mapping = pick<Mapping>(reader.text("hardware.mapping"), {{"signed", Mapping::sign_magnitude},
                                                                   {"one-sided", Mapping::one_sided},
                                                                   {"mid-point", Mapping::mid_point},
                                                                   {"offset", Mapping::offset}});
  format.weight_bits = bits.weight_bits;
  format.cell_bits = bits.cell_bits;
  const bool halved = format.mapping == Mapping::mid_point || format.mapping == Mapping::offset;
  if (halved && format.weight_bits == 1)
    refuse(reader, "mapping", "a weight of 1 bit has no sign here (allowed: 2 bits or more)");
  if (format.mapping == Mapping::mid_point && format.slices() > 1)
    refuse(reader, "mapping",
           "mid-point pairs need one cell a weight (allowed: cell_bits = weight_bits, or \"analog\")");
  return format;
}

DacOptions read_dac(Reader& reader) {
  DacOptions dac;
  dac.coding.encoding = InputEncoding::automatic;
  if (!reader.has("hardware.dac.bits")) return dac;
  dac.coding.bits = static_cast<int>(reader.integer("hardware.dac.bits"));
  dac.coding.read_bits = reader.boolean("hardware.dac.serial") ? 1 : 0;
  dac.coding.encoding =
      pick<InputEncoding>(reader.text("hardware.dac.encoding"), {{"auto", InputEncoding::automatic},
                                                                 {"unsigned", InputEncoding::unsigned_},
                                                                 {"sign-magnitude", InputEncoding::sign_magnitude},
                                                                 {"twos-complement", InputEncoding::twos_complement},
                                                                 {"offset", InputEncoding::offset}});
  if (dac.coding.encoding != InputEncoding::unsigned_ && dac.coding.encoding != InputEncoding::automatic &&
      dac.coding.bits < 2)
    refuse(reader, "dac.bits", "signed inputs need 2 bits or more");
  if (dac.coding.encoding == InputEncoding::twos_complement && dac.coding.read_bits != 1)
    refuse(reader, "dac.encoding",
           "two's complement needs hardware.dac.serial = true: its highest bit counts negative");
  return dac;
}

AdcOptions read_adc(Reader& reader, const CellFormat& format) {
  AdcOptions adc;
  if (format.polarities() == 2) adc.differential = reader.text("hardware.adc.sensing") == "differential";
  adc.noise.law = pick<AdcNoiseLaw>(
      reader.text("hardware.adc.noise"),
      {{"none", AdcNoiseLaw::none}, {"gaussian", AdcNoiseLaw::gaussian}, {"logistic", AdcNoiseLaw::logistic}});
  if (adc.noise.law != AdcNoiseLaw::none) {
    adc.noise.sd = reader.real("hardware.adc.noise_sd");
    adc.noise.on_sd = reader.real("hardware.adc.on_sd");
    adc.noise.off_sd = reader.real("hardware.adc.off_sd");
  }
  if (!reader.has("hardware.adc.bits")) return adc;
  adc.bits = static_cast<int>(reader.integer("hardware.adc.bits"));
  adc.granularity = pick<Granularity>(
      reader.text("hardware.adc.granularity"),
      {{"layer", Granularity::layer}, {"array", Granularity::array}, {"column", Granularity::column}});
  bool symmetric = true;
  if (!reader.is_word("hardware.adc.range")) {
    const std::vector<double> range = reader.reals("hardware.adc.range");
    adc.range = RangeKind::given;
    adc.low = range[0];
    adc.high = range[1];
    symmetric = adc.low == -adc.high;
    if (adc.low >= adc.high) refuse(reader, "adc.range", "the low end must be below the high end");
  } else if (reader.text("hardware.adc.range") == "maximum") {
    adc.range = RangeKind::maximum;
  } else {
    adc.percentile = reader.real("hardware.adc.percentile");
  }
  if (symmetric && adc.bits < 2) refuse(reader, "adc.bits", "a range that is symmetric about 0 needs 2 bits or more");
  return adc;
}

WireOptions read_wires(Reader& reader) {
  return {reader.real("hardware.wires.row_ohm"), reader.real("hardware.wires.column_ohm"),
          reader.real("hardware.wires.driver_ohm"), reader.real("hardware.wires.sense_ohm"),
          reader.text("hardware.wires.sources") == "both"};
}

/// Cells that vary at every read: what that is made for.
void check_redrawn(const Reader& reader, const ArrayOptions& array) {
  const auto need = [&](bool holds, const char* why) {
    if (!holds) refuse(reader, "defects.lifetime", std::string("\"read\" ") + why);
  };
  need(array.format.polarities() == 2 && array.format.slices() == 1,
       "needs pairs of one cell each (allowed: hardware.mapping one-sided or mid-point, cell_bits = weight_bits or "
       "\"analog\")");
  need(array.wires.ideal(), "does not go with wires that have resistance");
  need(array.read_noise.constant(),
       "does not go with read noise that depends on conductances (allowed: \"none\", \"gaussian\")");
}

ArrayOptions read_array(Reader& reader) {
  ArrayOptions array;
  array.format = read_format(reader);
  if (reader.has("hardware.tile_rows")) array.tile_rows = reader.integer("hardware.tile_rows");
  if (reader.has("hardware.tile_columns")) array.tile_columns = reader.integer("hardware.tile_columns");
  array.cells = read_cell_model(reader, array.format.top());
  std::string noise;
  array.read_noise = read_read_noise(reader, array.cells.range, noise);
  array.dac = read_dac(reader);
  array.adc = read_adc(reader, array.format);
  // An input range also fixes what converters of a range given in cells see.
  if (!reader.is_word("hardware.dac.range"))
    array.dac.full_scale = reader.real("hardware.dac.range");
  else
    (void)reader.text("hardware.dac.range");
  array.wires = read_wires(reader);
  check_conductances(reader, array, noise);
  if (!array.wires.ideal() && array.format.mapping == Mapping::sign_magnitude)
    refuse(reader, "mapping", "\"signed\" is no circuit that wires could belong to (allowed: the other mappings)");
  const CellVariation& variation = array.cells.variation;
  const bool below_zero = variation.law == VariationLaw::table || variation.law == VariationLaw::polynomial ||
                          (variation.law != VariationLaw::lognormal && variation.sigma > 0) ||
                          !array.cells.array.none();
  if (!array.wires.ideal() && !array.cells.defects && below_zero && array.cells.clip == Clip::none)
    refuse(reader, "variation.clip", "wires need conductances that are not negative (allowed: \"zero\", \"range\")");
  if (!array.read_noise.zero()) {
    if (!array.wires.ideal() && array.format.has_reference())
      refuse(reader, "read_noise.model", "read noise behind wires needs a pair mapping (one-sided or mid-point)");
    const std::string form = reader.text("hardware.read_noise.form");
    const std::string why = why_cells(array);
    if (form == "columns" && !why.empty()) refuse(reader, "read_noise.form", "one draw a column is not exact: " + why);
    array.read_form = form == "cells" || !why.empty() ? ReadForm::cells : ReadForm::columns;
  }
  if (array.redrawn()) check_redrawn(reader, array);
  return array;
}

}  // namespace

std::string why_cells(const ArrayOptions& options) {
  return options.wires.ideal() ? "" : "wires make currents depend on all cells at once";
}

void read_cells(Reader& reader, Variation& variation) {
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

ArrayOptions read_arrays(const Document& document) {
  const auto of_hardware = [](const std::string& path) { return path.starts_with(kTable); };
  for (const SweptKey& swept : document.swept)
    if (of_hardware(swept.path))
      fail_usage("{}: '{}' is swept; one product needs one value (allowed: --set {}=VALUE)",
                 document.where.at(swept.path), swept.path, swept.path);
  const std::map<std::string, Value> nothing_swept;
  Reader reader(document, nothing_swept);
  (void)reader.text("hardware.simulate");
  ArrayOptions array = read_array(reader);
  const std::set<std::string> used = reader.keys();
  for (const auto& [path, value] : document.fixed)
    if (of_hardware(path) && !used.contains(path))
      fail_usage("{}: '{}' is not used by these arrays ({}); remove it, or choose settings that use it",
                 document.where.at(path), path, find_key(path)->help);
  return array;
}

Hardware read_hardware(Reader& reader) {
  Hardware hardware;
  hardware.arrays = reader.text("hardware.simulate") == "arrays";
  hardware.fold_normalisation = reader.boolean("hardware.fold_normalisation");
  if (hardware.arrays) {
    hardware.array = read_array(reader);
    if (const LevelTable& levels = hardware.array.cells.variation.levels; !levels.mean.empty()) {
      const std::string file = reader.text("hardware.variation.file");
      const std::string content = sha256(fmt::format("{} {}", fmt::join(levels.mean, " "), fmt::join(levels.sd, " ")));
      reader.substitute("hardware.variation.file", content);
      // Names count where they are values of an axis: each must keep the content it had.
      hardware.files.insert(
          {"hardware.variation.file", reader.is_swept("hardware.variation.file") ? file : "", content});
    }
    return hardware;
  }
  Variation& variation = hardware.variation;
  const std::string model = reader.text("hardware.variation.model");
  if (model == "banded")
    variation.band_factor = reader.real("hardware.variation.band_factor");
  else if (model != "gaussian")
    refuse(reader, "variation.model",
           "float weights have \"gaussian\" or \"banded\" noise only; \"" + model +
               "\" needs hardware.simulate = \"arrays\"");
  (void)reader.text("hardware.variation.lifetime");
  variation.sigma = reader.real("hardware.variation.sigma");
  variation.sampler = pick<Sampler>(reader.text("hardware.variation.sampler"),
                                    {{"weight", Sampler::weight}, {"cells", Sampler::cells}});
  read_cells(reader, variation);
  return hardware;
}

}  // namespace ohmcarlo
