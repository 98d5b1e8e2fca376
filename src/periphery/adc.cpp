#include "periphery/adc.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/error.hpp"
#include "periphery/logistic.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

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
  constexpr std::size_t kTogether = 256;
  alignas(64) std::array<float, kTogether> room, conducted;
  for (std::size_t from = 0; from < currents.size(); from += kTogether) {
    const std::span<float> part = currents.subspan(from, std::min(kTogether, currents.size() - from));
    const std::span<float> deviates = std::span(room).first(part.size());
    if (noise.law == AdcNoiseLaw::gaussian)
      stream.normals(first + from, deviates);
    else
      logistic_deviates(stream, first + from, deviates);
    for (std::size_t i = 0; i < part.size(); ++i)
      conducted[i] = array.conducted.empty() ? std::fabs(part[i]) : array.conducted[from + i];
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double over_off = conducted[i] - array.active * array.full_off;
      const double conducting = std::clamp(over_off / (array.full_on - array.full_off), 0.0, array.active);
      part[i] += static_cast<float>(noise.sd_of(conducting, array.active) * array.full_on * deviates[i]);
    }
  }
}

}  // namespace ohmcarlo
