#include "config/variation.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "config/refusal.hpp"
#include "device/level_table.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kClips = make_words<Clip>({{"none", Clip::none}, {"zero", Clip::zero}, {"range", Clip::range}});
constexpr auto kSamplers = make_words<Sampler>({{"weight", Sampler::weight}, {"cells", Sampler::cells}});

enum class DrawnWhen { once_a_chip };
constexpr auto kVariationLifetimes = make_words<DrawnWhen>({{"program", DrawnWhen::once_a_chip}});

/// What sigma is the sd of, and with which laws.
std::string sigma_help() {
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> words_by_unit;
  for (const VariationLawRow& law : variation_laws()) {
    if (!law.has_sigma()) continue;
    auto known = std::ranges::find(words_by_unit, law.sigma_of, [](const auto& unit) { return unit.first; });
    if (known == words_by_unit.end()) known = words_by_unit.insert(known, {law.sigma_of, {}});
    known->second.push_back(law.word);
  }
  std::string help = "sd of the programming variation:";
  for (const auto& [unit, words] : words_by_unit)
    help += fmt::format("{} of {} ({})", help.ends_with(':') ? "" : ",", unit, fmt::join(words, ", "));
  return help;
}

}  // namespace

std::vector<Key> variation_keys() {
  using enum KeyType;
  static const std::string kSigmaHelp = sigma_help();
  return {
      {.path = "hardware.variation.model",
       .type = text,
       .fallback = "\"gaussian\"",
       .words = words_of(variation_laws()),
       .help = "law of the programming variation"},
      {.path = "hardware.variation.sigma",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = kSigmaHelp},
      {.path = "hardware.variation.band_factor",
       .type = real,
       .fallback = "1.0",
       .low = 0,
       .high = 1000,
       .help = "factor on the sd of mid-range cells, with the banded law"},
      {.path = "hardware.variation.coefficients",
       .type = real_list,
       .fallback = "[0.7240, 0.06184, -0.0006034]",
       .length = 3,
       .help = "polynomial law: the sd in uS is c0 + c1 g + c2 g^2, g in uS"},
      {.path = "hardware.variation.scale",
       .type = real,
       .fallback = "1.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "factor on the sd of the polynomial law"},
      {.path = "hardware.variation.file",
       .type = text,
       .changes_results = false,
       .help = "CSV file of level, mean, sd in siemens, for the law \"table\" (its content counts, not its name)"},
      {.path = "hardware.variation.clip",
       .type = text,
       .fallback = "\"none\"",
       .words = kClips.all(),
       .help = "where programmed conductances are moved to the limit: nowhere, below zero, or outside g_min..g_max"},
      {.path = "hardware.variation.die_sigma",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1000,
       .help = "sd of a relative error that all cells of a chip share"},
      {.path = "hardware.variation.gradient_sigma",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1000,
       .help = "sd of the relative change of conductance from end to end of an array, in each direction"},
      {.path = "hardware.variation.lifetime",
       .type = text,
       .fallback = "\"program\"",
       .words = kVariationLifetimes.all(),
       .help = "when the programming variation is drawn: once a chip"},
      {.path = "hardware.variation.sampler",
       .type = text,
       .fallback = "\"weight\"",
       .words = kSamplers.all(),
       .help = "how noise of float weights is drawn: once a weight with the sd of its cells, or once a cell"},
  };
}

FittedSd make_fit(const std::vector<double>& coefficients, double scale) {
  FittedSd fit{.c0 = coefficients[0], .c1 = coefficients[1], .c2 = coefficients[2], .scale = scale};
  const FittedSd published;
  if (coefficients != std::vector<double>{published.c0, published.c1, published.c2})
    fit.largest = std::numeric_limits<double>::infinity();
  return fit;
}

const VariationLawRow& read_variation_law(Reader& reader) {
  return row_of(variation_laws(), reader.text("hardware.variation.model"));
}

CellVariation read_variation(Reader& reader, const CellRange& range, FileCache& files) {
  CellVariation variation;
  const VariationLawRow& law = read_variation_law(reader);
  variation.law = law.law;
  if (law.has_sigma()) variation.sigma = reader.real("hardware.variation.sigma");
  switch (variation.law) {
    case VariationLaw::polynomial:
      variation.fit =
          make_fit(reader.reals("hardware.variation.coefficients"), reader.real("hardware.variation.scale"));
      break;
    case VariationLaw::table:
      if (!reader.has("hardware.variation.file"))
        refuse_key(reader, "hardware.variation.model", "\"table\" needs hardware.variation.file");
      if (!reader.has("hardware.weight_bits"))
        refuse_key(reader, "hardware.variation.model", "\"table\" needs hardware.weight_bits: levels to be listed");
      variation.levels = read_levels(reader, range.top, files).levels;
      break;
    case VariationLaw::banded:
      variation.band_factor = reader.real("hardware.variation.band_factor");
      break;
    default:
      break;
  }
  return variation;
}

Clip read_clip(Reader& reader) {
  return reader.meaning("hardware.variation.clip", kClips);
}

ArrayVariation read_shared_variation(Reader& reader) {
  return {reader.real("hardware.variation.die_sigma"), reader.real("hardware.variation.gradient_sigma")};
}

Variation read_weight_variation(Reader& reader) {
  Variation variation;
  const VariationLawRow& law = read_variation_law(reader);
  if (law.law == VariationLaw::banded)
    variation.band_factor = reader.real("hardware.variation.band_factor");
  else if (law.law != VariationLaw::gaussian)
    refuse_key(reader, "hardware.variation.model",
               fmt::format("float weights have \"gaussian\" or \"banded\" noise only; \"{}\" needs "
                           "hardware.simulate = \"arrays\"",
                           law.word));
  (void)reader.meaning("hardware.variation.lifetime", kVariationLifetimes);
  variation.sigma = reader.real("hardware.variation.sigma");
  variation.sampler = reader.meaning("hardware.variation.sampler", kSamplers);
  return variation;
}

const LevelFile& read_levels(Reader& reader, int top, FileCache& files) {
  const std::string& name = reader.text("hardware.variation.file");
  std::shared_ptr<const LevelFile>& file = files.levels[{name, top}];
  if (file == nullptr) {
    LevelTable levels = read_level_table(name, top);
    std::string content = sha256(fmt::format("{} {}", fmt::join(levels.mean, " "), fmt::join(levels.sd, " ")));
    file = std::make_shared<const LevelFile>(LevelFile{std::move(levels), std::move(content)});
  }
  return *file;
}

}  // namespace ohmcarlo
