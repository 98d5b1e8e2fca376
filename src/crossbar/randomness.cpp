#include "crossbar/randomness.hpp"

#include "device/randomness.hpp"

namespace ohmcarlo {

bool is_random(const ArrayOptions& options) {
  return is_random(options.cells) || !options.read_noise.zero() || !options.adc.noise.off();
}

}  // namespace ohmcarlo
