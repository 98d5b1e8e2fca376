#include "config/crossbar_training.hpp"

#include "base/error.hpp"
#include "config/arrays.hpp"
#include "config/hardware.hpp"
#include "config/refusal.hpp"

namespace ohmcarlo {
namespace {

enum class Reference { magnitude, positive };
constexpr auto kReferences =
    make_words<Reference>({{"magnitude", Reference::magnitude}, {"positive", Reference::positive}});

/// Weights and inputs are rounded by the arrays, and by nothing else.
void check_rounding(Reader& reader, const TrainingOptions& training) {
  const auto refuse = [&](const char* key, const char* by) {
    refuse_key(reader, key, fmt::format("does not go with method \"crossbar-aware\", where {} rounds; remove it", by));
  };
  if (training.weight_bits > 0) refuse("training.weight_bits", "hardware.weight_bits");
  if (training.weight_rule != WeightRule::largest) refuse("training.weight_rule", "hardware.weight_bits");
  if (training.activation_bits > 0) refuse("training.activation_bits", "hardware.dac.bits");
}

/// Half of the epochs if nothing is written.
int read_freeze_epoch(Reader& reader, int epochs) {
  if (!reader.has("training.adc.freeze_epoch")) return epochs / 2;
  const int freeze = static_cast<int>(reader.integer("training.adc.freeze_epoch"));
  if (freeze > epochs)
    refuse_key(reader, "training.adc.freeze_epoch",
               fmt::format("is {}, but there are {} epochs (allowed: 0 to {})", freeze, epochs, epochs));
  return freeze;
}

}  // namespace

std::vector<Key> crossbar_training_keys() {
  using enum KeyType;
  return {
      {.path = "training.adc.freeze_epoch",
       .type = integer,
       .low = 0,
       .high = 1e6,
       .help =
           "epoch of method crossbar-aware after which ranges of converters and inputs stay as they are; until then "
           "they are widened after every epoch to what calibration inputs need; half of training.epochs if absent"},
      {.path = "training.adc.reference",
       .type = text,
       .fallback = "\"magnitude\"",
       .words = kReferences.all(),
       .help =
           "what ranges of converters cover with method crossbar-aware: the largest |sum| of a read, or the largest "
           "sum (as the authors write)"},
  };
}

void read_crossbar_training(const MethodReading& from, TrainingOptions& training) {
  Reader& reader = from.reader;
  if (!read_simulates_arrays(reader))
    fail_usage("{}: method \"crossbar-aware\" needs hardware.simulate = \"arrays\"", reader.where("training.method"));
  check_rounding(reader, training);
  ConverterOptions& converters = training.converters.emplace();
  converters.noise = reader.boolean("training.adc.noise");
  converters.freeze_epoch = read_freeze_epoch(reader, training.epochs);
  converters.arrays = read_crossbar(reader, converters.noise);
  converters.arrays.adc.positive = reader.meaning("training.adc.reference", kReferences) == Reference::positive;
}

}  // namespace ohmcarlo
