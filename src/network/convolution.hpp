#pragma once
// The convolution layer: patches as rows of a product, so that any hardware that multiplies can run it.

#include "network/layer.hpp"

namespace ohmcarlo {

/// A layer of kind convolution. Its product gets one row for each image, group and output position, position fastest,
/// with the patch of that group's channels (network/patches.hpp), and gives all channels out; of a row of group g the
/// channels of group g are used and the others dropped. So one matrix [channels out, patch] serves all groups: on
/// hardware, one array whose word lines see the groups one after the other. Where the product is plain (Product::plain)
/// no patches are made for T = float: linalg/convolution.hpp convolves the planes themselves.
template <class T>
[[nodiscard]] std::unique_ptr<Layer<T>> make_convolution(const LayerSpec& spec);

}  // namespace ohmcarlo
