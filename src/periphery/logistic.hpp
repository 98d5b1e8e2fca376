#pragma once
// The logistic law, and its deviates from words of a stream.

#include <cstdint>
#include <numbers>
#include <span>

#include "random/stream.hpp"

namespace ohmcarlo {

/// The sd of a logistic law of this scale, and the scale of one of this sd: scale = sd sqrt(3) / pi.
[[nodiscard]] constexpr double sd_of_logistic(double scale) {
  return scale * std::numbers::pi / std::numbers::sqrt3;
}
[[nodiscard]] constexpr double scale_of_logistic(double sd) {
  return sd * std::numbers::sqrt3 / std::numbers::pi;
}

/// The deviate of mean 0 and sd 1 that a word stands for: sqrt(3)/pi ln(u / (1 - u)) with u = (word + 1/2) 2^-32, in
/// double, so that both tails reach equally far.
[[nodiscard]] double logistic_from_word(std::uint32_t word);

/// out[i] = logistic_from_word(words[i]), rounded to float: those very bits, whatever the instruction set. `out` has
/// room for all of words.
void logistic_from_words(std::span<const std::uint32_t> words, float* out);

/// out[i] = logistic_from_word of element first + i of the stream's words, as logistic_from_words gives it. Throws
/// BadUsage as Stream::words does.
void logistic_deviates(const Stream& stream, std::uint64_t first, std::span<float> out);

}  // namespace ohmcarlo
