#pragma once
// Pooling layers: the largest or the mean value under a window, or the mean of a whole plane.

#include "network/layer.hpp"

namespace ohmcarlo {

/// A layer of kind max_pooling, average_pooling, global_average_pooling or adaptive_average_pooling.
template <class T>
[[nodiscard]] std::unique_ptr<Layer<T>> make_pooling(const LayerSpec& spec);

}  // namespace ohmcarlo
