#include "crossbar/options.hpp"

#include <algorithm>

namespace ohmcarlo {

ArrayOptions options_of_layer(const ArrayOptions& options, std::size_t layer, std::size_t layers) {
  const auto number = static_cast<std::int64_t>(layer), count = static_cast<std::int64_t>(layers);
  ArrayOptions own = options;
  const bool ideal = std::ranges::any_of(
      options.ideal_layers, [&](std::int64_t named) { return (named > 0 ? named - 1 : count + named) == number; });
  if (!ideal) return own;
  own.adc = {};
  own.dac = {};
  own.dac.coding.encoding = InputEncoding::automatic;
  own.dac.full_scale = 1;
  return own;
}

}  // namespace ohmcarlo
