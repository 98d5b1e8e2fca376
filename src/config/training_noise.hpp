#pragma once
// Noise in training: its keys, which several methods read.

#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// The keys of noise in training.
[[nodiscard]] std::vector<Key> training_noise_keys();

/// What training.noise says.
enum class TrainingNoise { gaussian, hardware };
/// Reads training.noise.
[[nodiscard]] TrainingNoise read_training_noise(Reader& reader);

/// Reads Gaussian noise on the weights, of the sd training.noise_sigma, and the chips on which epochs are validated.
/// `tested` reads what "tested" means: the noise of the point's own hardware. Throws BadUsage if that hardware has no
/// sigma relative to full scale.
void read_gaussian_noise(Reader& reader, Reader& tested, TrainingOptions& training);

/// Reads the point's own arrays, whose programming is the noise, and the chips on which epochs are validated. Throws
/// BadUsage if what `tested` reads of the point's hardware are no arrays.
void read_hardware_noise(Reader& reader, Reader& tested, FileCache& files, TrainingOptions& training);

}  // namespace ohmcarlo
