#include "periphery/adc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

double sd_of_logistic(double scale) {
  return scale * std::numbers::pi / std::numbers::sqrt3;
}

double scale_of_logistic(double sd) {
  return sd * std::numbers::sqrt3 / std::numbers::pi;
}

double AdcNoise::sd_of(double conducting, double active) const {
  return std::sqrt(sd * sd + conducting * (on_sd * on_sd) + (active - conducting) * (off_sd * off_sd));
}

void add_adc_noise(const AdcNoise& noise, const ArrayState& array, std::uint64_t key, Address address,
                   std::uint64_t first, std::span<float> currents) {
  if (noise.off()) return;
  require(array.conducted.empty() || array.conducted.size() == currents.size(),
          "what cells conduct is known of all converters or of none");
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
  for (std::size_t i = 0; i < currents.size(); ++i) {
    const double conducted = array.conducted.empty() ? std::fabs(currents[i]) : array.conducted[i];
    const double over_off = conducted - array.active * array.full_off;
    const double conducting = std::clamp(over_off / (array.full_on - array.full_off), 0.0, array.active);
    currents[i] += static_cast<float>(noise.sd_of(conducting, array.active) * array.full_on * deviates[i]);
  }
}

}  // namespace ohmcarlo
