#pragma once
// The convolution layer: patches as rows of a product, so that any hardware that multiplies can run it.

#include "network/layer.hpp"

namespace ohmcarlo {

/// A layer of kind convolution. Its product gets one row for each image, group and output position, position fastest,
/// with the patch of that group's channels (network/patches.hpp), and gives all channels out; of a row of group g the
/// channels of group g are used and the others dropped. So one matrix [channels out, patch] serves all groups: on
/// hardware, one array whose word lines see the groups one after the other. A plain product (Product::plain) is applied
/// to blocks of images that stay in the cache, and only to the channels that are used.
template <class T>
[[nodiscard]] std::unique_ptr<Layer<T>> make_convolution(const LayerSpec& spec);

}  // namespace ohmcarlo
