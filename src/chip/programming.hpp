#pragma once
// Writing a network's weights onto one chip.

#include "device/variation.hpp"
#include "network/network.hpp"

namespace ohmcarlo {

/// Perturbs the weights of every layer, clean before the call, as programming them does; biases are digital and stay.
/// The scale is each layer's own largest |weight|; `address` says which chip, its layer is filled in.
void program_weights(const Variation& variation, const Lineage& chip, Address address, Parameters<float>& parameters);

/// Perturbs the weights of layer number `layer`, clean before the call, as programming them does.
void program_layer(const Variation& variation, const Lineage& chip, Address address, std::uint32_t layer,
                   LayerParameters<float>& parameters);

/// The address of chip `trial` of `replica`: it does not depend on point or method, so that chips can be compared in
/// pairs.
[[nodiscard]] Address chip_address(const Variation& variation, std::uint32_t replica, std::uint32_t trial);

}  // namespace ohmcarlo
