#include "config/faults.hpp"

#include "base/error.hpp"
#include "config/refusal.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kFaultKinds = make_words<FaultKind>({{"stuck-at-g-min", FaultKind::stuck_at_g_min},
                                                    {"stuck-at-g-max", FaultKind::stuck_at_g_max},
                                                    {"mixed", FaultKind::mixed}});
constexpr auto kFaultPatterns = make_words<FaultPattern>({{"cells", FaultPattern::cells},
                                                          {"count", FaultPattern::count},
                                                          {"rows", FaultPattern::rows},
                                                          {"columns", FaultPattern::columns},
                                                          {"clusters", FaultPattern::clusters}});

enum class DefectLifetime { program, read };
constexpr auto kDefectLifetimes =
    make_words<DefectLifetime>({{"program", DefectLifetime::program}, {"read", DefectLifetime::read}});

/// Address::layer of those that hardware.defects.layers names.
std::vector<std::uint32_t> read_layers(Reader& reader) {
  std::vector<std::uint32_t> layers;
  for (const std::int64_t layer : reader.integers("hardware.defects.layers"))
    layers.push_back(static_cast<std::uint32_t>(layer - 1));
  if (layers.empty())
    refuse_key(reader, "hardware.defects.layers", "names no layer (allowed: one or more, or \"all\")");
  return layers;
}

}  // namespace

std::vector<Key> faults_keys() {
  using enum KeyType;
  return {
      {.path = "hardware.faults.rate",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1,
       .help = "share of stuck cells"},
      {.path = "hardware.faults.kind",
       .type = text,
       .fallback = "\"stuck-at-g-min\"",
       .words = kFaultKinds.all(),
       .help = "where stuck cells are stuck"},
      {.path = "hardware.faults.g_max_share",
       .type = real,
       .fallback = "0.5",
       .low = 0,
       .high = 1,
       .help = "share of the stuck cells that is stuck at g_max, with kind mixed"},
      {.path = "hardware.faults.pattern",
       .type = text,
       .fallback = "\"cells\"",
       .words = kFaultPatterns.all(),
       .help = "how stuck cells lie: independently, an exact count of them, whole rows or columns of arrays, squares"},
      {.path = "hardware.faults.cluster_size",
       .type = integer,
       .fallback = "2",
       .low = 1,
       .high = 1000,
       .help = "side of a square of stuck cells, in cells, with pattern clusters"},
      {.path = "hardware.defects.rate",
       .type = real,
       .low = 0,
       .high = 1,
       .help = "share of defective cells, instead of variation and faults (all other cells are exact)"},
      {.path = "hardware.defects.stuck_share",
       .type = real,
       .fallback = "0.5",
       .low = 0,
       .high = 1,
       .help = "share of the defective cells that is stuck at g_min"},
      {.path = "hardware.defects.sigma_range",
       .type = real_list,
       .fallback = "[0.6, 1.0]",
       .low = 0,
       .high = 100,
       .length = 2,
       .help = "range from which each defective cell that is not stuck draws the sigma of its lognormal factor"},
      {.path = "hardware.defects.layers",
       .type = integer_list,
       .fallback = "\"all\"",
       .low = 1,
       .high = 1023,
       .words = {"all"},
       .help = "layers with weights that have defective cells, counted from 1"},
      {.path = "hardware.defects.lifetime",
       .type = text,
       .fallback = "\"program\"",
       .words = kDefectLifetimes.all(),
       .help = "when the lognormal factor of a defective cell is drawn: once a chip, or for every input vector that is "
               "read"},
      {.path = "hardware.write_verify.tolerance",
       .type = real,
       .low = Key::kAboveZero,
       .high = 1,
       .help = "largest error at which write-verify stops, part of full scale; no write-verify if absent"},
      {.path = "hardware.write_verify.max_pulses",
       .type = integer,
       .fallback = "10",
       .low = 1,
       .high = 100000,
       .help = "pulses after which write-verify gives up"},
      {.path = "hardware.drift.time",
       .type = real,
       .low = Key::kAboveZero,
       .high = 1e12,
       .help = "seconds after programming at which the chip is read; no drift if absent"},
      {.path = "hardware.drift.reference_time",
       .type = real,
       .fallback = "1.0",
       .low = Key::kAboveZero,
       .high = 1e12,
       .help = "seconds after programming at which drift starts"},
      {.path = "hardware.drift.exponent",
       .type = real,
       .fallback = "0.05",
       .low = -10,
       .high = 10,
       .help = "mean over cells of the drift exponent nu of g (time / reference_time)^-nu"},
      {.path = "hardware.drift.exponent_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 10,
       .help = "sd over cells of the drift exponent nu"},
  };
}

Faults read_faults(Reader& reader) {
  Faults faults;
  faults.rate = reader.real("hardware.faults.rate");
  faults.kind = reader.meaning("hardware.faults.kind", kFaultKinds);
  if (faults.kind == FaultKind::mixed) faults.g_max_share = reader.real("hardware.faults.g_max_share");
  faults.pattern = reader.meaning("hardware.faults.pattern", kFaultPatterns);
  if (faults.pattern == FaultPattern::clusters)
    faults.cluster_size = static_cast<int>(reader.integer("hardware.faults.cluster_size"));
  return faults;
}

std::optional<Defects> read_defects(Reader& reader) {
  if (!reader.has("hardware.defects.rate")) return std::nullopt;
  const std::vector<double>& sigma = reader.reals("hardware.defects.sigma_range");
  Defects defects{reader.real("hardware.defects.rate"), reader.real("hardware.defects.stuck_share"), sigma[0],
                  sigma[1]};
  if (reader.is_word("hardware.defects.layers"))
    (void)reader.text("hardware.defects.layers");
  else
    defects.layers = read_layers(reader);
  defects.redrawn = reader.meaning("hardware.defects.lifetime", kDefectLifetimes) == DefectLifetime::read;
  check_key(reader, "hardware.defects.rate", problem(defects));
  return defects;
}

std::optional<WriteVerify> read_write_verify(Reader& reader) {
  if (!reader.has("hardware.write_verify.tolerance")) return std::nullopt;
  return WriteVerify{reader.real("hardware.write_verify.tolerance"),
                     static_cast<int>(reader.integer("hardware.write_verify.max_pulses"))};
}

std::optional<Drift> read_drift(Reader& reader) {
  if (!reader.has("hardware.drift.time")) return std::nullopt;
  const Drift drift{reader.real("hardware.drift.exponent"), reader.real("hardware.drift.exponent_sd"),
                    reader.real("hardware.drift.time"), reader.real("hardware.drift.reference_time")};
  check_key(reader, "hardware.drift.time", problem(drift));
  return drift;
}

void check_defects(const Reader& reader, const Hardware& hardware, const NetworkSpec& network) {
  if (!hardware.arrays || !hardware.array.cells.defects) return;
  const std::size_t layers = network.weight_layers().size();
  for (const std::uint32_t layer : hardware.array.cells.defects->layers)
    if (layer >= layers)
      fail_usage("{}: 'hardware.defects.layers' names layer {} (allowed: 1 to {}, the layers with weights)",
                 reader.where("hardware.defects.layers"), layer + 1, layers);
  if (hardware.array.redrawn() && network.takes_sequences())
    fail_usage("{}: 'hardware.defects.lifetime' is \"read\", which does not go with sequences (allowed: \"program\")",
               reader.where("hardware.defects.lifetime"));
}

}  // namespace ohmcarlo
