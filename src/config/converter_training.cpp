#include "config/converter_training.hpp"

#include "base/error.hpp"
#include "config/arrays.hpp"
#include "config/hardware.hpp"
#include "config/refusal.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kScales =
    make_words<ConcreteScale>({{"tested", ConcreteScale::tested}, {"margin", ConcreteScale::margin}});
constexpr auto kTails =
    make_words<ConcreteTails>({{"normalise", ConcreteTails::normalise}, {"clip", ConcreteTails::clip}});

}  // namespace

std::vector<Key> converter_training_keys() {
  using enum KeyType;
  return {
      {.path = "training.adc.noise",
       .type = boolean,
       .fallback = "true",
       .help = "whether conversions are noisy in training: with ste-adc sums get logistic noise of the sds that "
               "hardware.adc has, whatever its law; with concrete-adc levels are drawn; with crossbar-aware reads and "
               "conversions have the noise of the hardware"},
      {.path = "training.adc.temperature",
       .type = real,
       .fallback = "1.0",
       .low = ConcreteOptions::kLowestTemperature,
       .high = ConcreteOptions::kHighestTemperature,
       .help = "temperature of the relaxed levels of method concrete-adc"},
      {.path = "training.adc.scale",
       .type = real,
       .fallback = "\"tested\"",
       .low = Key::kAboveZero,
       .high = Key::kMostSigma,
       .words = kScales.all(),
       .help =
           "logistic scale of the levels' probabilities with method concrete-adc: that of the hardware's noise at half "
           "the range (tested; 0 without noise, which is ste-adc without noise), of its noise at each sum (margin), or "
           "a "
           "number of currents of one cell fully on"},
      {.path = "training.adc.tails",
       .type = text,
       .fallback = "\"normalise\"",
       .words = kTails.all(),
       .help = "where noise beyond the range counts with method concrete-adc: nowhere, or for the last code (as chips "
               "clip)"},
      {.path = "training.adc.straight_through",
       .type = boolean,
       .fallback = "false",
       .help =
           "whether method concrete-adc hands on the level it draws, and the mixture of levels to the way back alone"},
  };
}

void read_converter_training(const MethodReading& from, TrainingOptions& training) {
  Reader& reader = from.reader;
  const bool relaxed = training.method == MethodKind::concrete_adc;
  const std::string& word = reader.text("training.method");
  if (!read_simulates_arrays(reader))
    fail_usage("{}: method \"{}\" needs hardware.simulate = \"arrays\"", reader.where("training.method"), word);
  if (training.activation_bits > 0)
    refuse_key(reader, "training.activation_bits",
               fmt::format("does not go with method \"{}\", whose inputs hardware.dac.bits rounds", word));
  ConverterOptions& converters = training.converters.emplace();
  converters.noise = reader.boolean("training.adc.noise");
  if (relaxed) {
    if (reader.is_word("training.adc.scale")) {
      converters.scale = reader.meaning("training.adc.scale", kScales);
    } else {
      converters.scale = ConcreteScale::given;
      converters.given_scale = reader.real("training.adc.scale");
    }
  }
  converters.arrays =
      read_trained_arrays(reader, relaxed ? converters.scale != ConcreteScale::given : converters.noise);
  if (!relaxed) return;
  if (converters.arrays.adc.bits > ConcreteOptions::kMostBits)
    refuse_key(reader, "hardware.adc.bits",
               fmt::format("is too large for method \"{}\" (allowed: 2 to {})", word, ConcreteOptions::kMostBits));
  converters.concrete.bits = converters.arrays.adc.bits;
  converters.concrete.temperature = reader.real("training.adc.temperature");
  converters.concrete.tails = reader.meaning("training.adc.tails", kTails);
  converters.concrete.draws = converters.noise;
  converters.concrete.straight_through = reader.boolean("training.adc.straight_through");
}

}  // namespace ohmcarlo
