#include "chip/programming.hpp"

namespace ohmcarlo {

void program_weights(const Variation& variation, const Lineage& chip, Address address, Parameters<float>& parameters) {
  for (std::uint32_t layer = 0; layer < parameters.size(); ++layer)
    program_layer(variation, chip, address, layer, parameters[layer]);
}

void program_layer(const Variation& variation, const Lineage& chip, Address address, std::uint32_t layer,
                   LayerParameters<float>& parameters) {
  Matrix<float>& weights = parameters.weights;
  address.layer = layer;
  add_variation(variation, weights.cwiseAbs().maxCoeff(), chip, address,
                {weights.data(), static_cast<std::size_t>(weights.size())});
}

Address chip_address(const Variation& variation, std::uint32_t replica, std::uint32_t trial) {
  const Purpose purpose = variation.sampler == Sampler::cells ? Purpose::programming : Purpose::programming_equivalent;
  return {.purpose = purpose, .replica = replica, .trial = trial};
}

}  // namespace ohmcarlo
