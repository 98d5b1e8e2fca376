#pragma once
// Patches: what a sliding window sees at each place, one row a place, so that a convolution becomes a product.

#include "network/planes.hpp"

namespace ohmcarlo {

/// planes [in.channels, in.height, in.width] -> patches [out positions, in.channels * pixels of the window], places row
/// by row and columns in the order channel, row and column of the window; padding gives zeros.
template <class T>
void fill_patches(const T* planes, const Planes& in, const Window& window, View<T> patches);

/// The transposed map: adds every element of the patches to the pixel of the planes that it came from.
template <class T>
void add_patches(View<const T> patches, const Planes& in, const Window& window, T* planes);

}  // namespace ohmcarlo
