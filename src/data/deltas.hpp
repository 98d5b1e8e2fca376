#pragma once
// Time derivatives of features (Young et al., The HTK Book, version 3.4, section 5.9).

#include <cstddef>
#include <span>
#include <vector>

namespace ohmcarlo {

/// The derivative by regression of `values` [frames, width], in its shape: d_t = sum_k k (c_{t+k} - c_{t-k}) / (2 sum_k
/// k^2), k = 1 .. window, the first and the last frame repeated beyond the ends. Throws std::logic_error unless the
/// frames are whole and `window` is at least 1.
[[nodiscard]] std::vector<float> deltas(std::span<const float> values, std::size_t width, std::size_t window);

}  // namespace ohmcarlo
