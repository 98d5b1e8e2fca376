#include "config/training_noise.hpp"

#include "base/error.hpp"
#include "config/arrays.hpp"
#include "config/faults.hpp"
#include "config/hardware.hpp"
#include "config/variation.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kTrainingNoises =
    make_words<TrainingNoise>({{"gaussian", TrainingNoise::gaussian}, {"hardware", TrainingNoise::hardware}});

/// What noise_sigma = "tested" means: the noise of the point's own hardware, as that of float weights.
Variation read_tested_noise(const Reader& reader, Reader& tested) {
  if (!read_simulates_arrays(tested)) return read_weight_variation(tested);
  if (read_defects(tested) || !is_relative_to_full_scale(read_variation_law(tested)))
    fail_usage(
        "{}: 'training.noise_sigma' is \"tested\", but this hardware has no sigma relative to full scale (allowed: a "
        "number)",
        reader.where("training.noise_sigma"));
  Variation noise;
  noise.sigma = tested.real("hardware.variation.sigma");
  return noise;
}

}  // namespace

std::vector<Key> training_noise_keys() {
  using enum KeyType;
  return {
      {.path = "training.noise",
       .type = text,
       .fallback = "\"gaussian\"",
       .words = kTrainingNoises.all(),
       .help = "noise in training with noise-injection: Gaussian of the sd training.noise_sigma on the weights, or "
               "what programming the point's own arrays does to them (multiplied ideally: no digits, no converters, no "
               "read noise; methods ste-adc, concrete-adc and crossbar-aware have converters)"},
      {.path = "training.noise_sigma",
       .type = real,
       .fallback = "\"tested\"",
       .low = 0,
       .high = Key::kMostSigma,
       .words = {"tested"},
       .help = "sigma of the weight noise in training with noise-injection, ovf and irs; tested: the point's own "
               "hardware.variation.sigma"},
      {.path = "training.validation_chips",
       .type = integer,
       .fallback = "4",
       .low = 1,
       .high = 1024,
       .help = "noisy chips on which an epoch is validated, with noise-injection, ovf and irs"},
  };
}

TrainingNoise read_training_noise(Reader& reader) {
  return reader.meaning("training.noise", kTrainingNoises);
}

void read_gaussian_noise(Reader& reader, Reader& tested, TrainingOptions& training) {
  const bool is_tested = reader.is_word("training.noise_sigma");
  const Variation noise = is_tested ? read_tested_noise(reader, tested) : Variation{};
  training.noise.sigma = is_tested ? noise.sigma : reader.real("training.noise_sigma");
  reader.substitute("training.noise_sigma", training.noise.sigma);
  read_cell_bits(reader, training.noise);
  // Of the tested devices' band, too, if there is one.
  if (noise.band_factor != 1) training.noise.band_factor = reader.real("hardware.variation.band_factor");
  training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
}

void read_hardware_noise(Reader& reader, Reader& tested, FileCache& files, TrainingOptions& training) {
  if (!read_simulates_arrays(tested))
    fail_usage("{}: 'training.noise' is \"hardware\", which needs hardware.simulate = \"arrays\"",
               reader.where("training.noise"));
  training.noise_arrays = read_hardware(reader, files).array;
  training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
}

}  // namespace ohmcarlo
