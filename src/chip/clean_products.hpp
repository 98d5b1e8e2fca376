#pragma once
// What the clean network's weight layers gave for the first images of a list: the same for every chip that sees them.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Products of one batch: of every weight layer, those of its calls in turn.
using LayerProducts = std::vector<std::vector<Matrix<float>>>;

/// Keeps the products of the batches that were asked for last, as long as all of them together are not too many.
class CleanProducts {
 public:
  /// Keeps up to `most` bytes, however large the last batch is.
  explicit CleanProducts(std::size_t most) : most_(most) {}

  /// The products of batch `number` of a list, which consists of these images: kept ones, or those that `make` fills
  /// in. Valid until the next call.
  [[nodiscard]] const LayerProducts& of(std::size_t number, std::span<const std::uint32_t> images,
                                        const std::function<void(LayerProducts&)>& make);

 private:
  struct Kept {
    std::vector<std::uint32_t> images;
    LayerProducts products;
  };
  std::size_t most_;
  std::vector<Kept> batches_;  ///< by their numbers
};

}  // namespace ohmcarlo
