#include "data/coloured_noise.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace ohmcarlo {
namespace {

constexpr std::size_t kRelaxations = 8;
constexpr double kLowestHertz = 40, kSamplesPerSecond = 16000;

std::vector<float> pink(const Stream& stream, std::size_t count) {
  std::array<float, kRelaxations> keep, add, state;
  for (std::size_t k = 0; k < kRelaxations; ++k) {
    const double memory = std::exp(-2 * std::numbers::pi * kLowestHertz * std::exp2(k) / kSamplesPerSecond);
    keep[k] = static_cast<float>(memory);
    add[k] = static_cast<float>(std::sqrt((1 - memory * memory) / kRelaxations));
  }
  stream.normals(0, state);  // starts in the stationary state
  for (float& value : state) value /= std::sqrt(static_cast<float>(kRelaxations));
  std::vector<float> fresh(count * kRelaxations), out(count);
  stream.normals(64, fresh);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < kRelaxations; ++k) state[k] = keep[k] * state[k] + add[k] * fresh[i * kRelaxations + k];
    for (const float value : state) out[i] += value;
  }
  return out;
}

}  // namespace

std::vector<float> coloured_noise(const Stream& stream, NoiseColour colour, std::size_t count) {
  if (colour == NoiseColour::pink) return pink(stream, count);
  std::vector<float> out(count);
  stream.normals(0, out);
  return out;
}

}  // namespace ohmcarlo
