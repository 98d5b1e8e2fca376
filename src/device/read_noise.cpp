#include "device/read_noise.hpp"

namespace ohmcarlo {

SdLaw sd_law(const ReadNoise& noise, const CellRange& range) {
  switch (noise.law) {
    case ReadNoiseLaw::gaussian:
      return sd_of_range(noise.sigma, range);
    case ReadNoiseLaw::proportional:
      return sd_of_conductance(noise.sigma, range);
    case ReadNoiseLaw::polynomial:
      break;
  }
  return sd_of_fit(noise.fit, range);
}

std::string problem(const ReadNoise& noise, const CellRange& range) {
  return noise.law == ReadNoiseLaw::polynomial ? problem(noise.fit, range) : std::string();
}

}  // namespace ohmcarlo
