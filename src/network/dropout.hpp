#pragma once
// Dropout: which values a training pass drops is a matter of addresses, so that the backward pass finds them again.

#include <cstdint>

#include "linalg/matrix.hpp"
#include "random/address.hpp"

namespace ohmcarlo {

/// Whose draws a training pass uses: value j of row i of layer `layer` is dropped or not by word i * columns + j of the
/// stream of that address.
struct DropoutUse {
  std::uint64_t key = 0;
  Address address;  ///< purpose, replica and event; the layer is filled in
};

/// y = x, without the share `rate`, [0, 1), that is dropped, and the others divided by 1 - rate; `layer` is the layer's
/// number in its network. The same function takes dL/dy to dL/dx. x and y may be the same.
template <class T>
void drop(double rate, std::uint32_t layer, const DropoutUse& use, View<const T> x, View<T> y);

}  // namespace ohmcarlo
