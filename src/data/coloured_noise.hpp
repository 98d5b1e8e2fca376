#pragma once
// Background noise of unit power, white or pink.

#include <cstdint>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

enum class NoiseColour { white, pink };

/// `count` samples of stationary Gaussian noise at 16 kHz with variance 1. Pink is a sum of eight relaxations, one an
/// octave from 40 Hz to 5.1 kHz, of equal power (A. van der Ziel, "On the noise spectra of semi-conductor noise and of
/// flicker effect", Physica 16, 1950): its power falls by 3 dB an octave from 80 Hz to 6 kHz, to within 1 dB.
[[nodiscard]] std::vector<float> coloured_noise(const Stream& stream, NoiseColour colour, std::size_t count);

}  // namespace ohmcarlo
