#include "periphery/adc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

double sd_of_logistic(double scale) {
  return scale * std::numbers::pi / std::numbers::sqrt3;
}

double logistic_scale(const AdcNoise& noise, double conducting, double active) {
  const double variance = noise.sd * noise.sd + conducting * noise.on_sd * noise.on_sd +
                          (active - conducting) * noise.off_sd * noise.off_sd;
  return std::sqrt(variance) * std::numbers::sqrt3 / std::numbers::pi;
}

void add_adc_noise(const AdcNoise& noise, const ArrayState& array, std::uint64_t key, Address address,
                   std::uint64_t first, std::span<float> currents) {
  if (noise.off()) return;
  address.purpose = Purpose::adc;
  const Stream stream(key, address);
  std::vector<float> deviates(currents.size());
  if (noise.law == AdcNoiseLaw::gaussian) {
    stream.normals(first, deviates);
  } else {
    std::vector<std::uint32_t> words(currents.size());
    stream.words(first, words);
    const double scale = std::sqrt(3.0) / std::numbers::pi;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const double u = (words[i] + 0.5) * 0x1p-32;  // in double both tails reach equally far
      deviates[i] = static_cast<float>(scale * std::log(u / (1 - u)));
    }
  }
  const double floor = noise.sd * noise.sd;
  const double on = noise.on_sd * noise.on_sd;
  const double off = noise.off_sd * noise.off_sd;
  for (std::size_t i = 0; i < currents.size(); ++i) {
    const double over_off = std::fabs(currents[i]) - array.active * array.full_off;
    const double conducting = std::clamp(over_off / (array.full_on - array.full_off), 0.0, array.active);
    const double variance = floor + conducting * on + (array.active - conducting) * off;
    currents[i] += static_cast<float>(std::sqrt(variance) * array.full_on * deviates[i]);
  }
}

}  // namespace ohmcarlo
