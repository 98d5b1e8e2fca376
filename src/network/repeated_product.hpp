#pragma once
// Products of layers that multiply by the same weights once a time step; private to network/.

#include <optional>
#include <type_traits>

#include "linalg/packed_weights.hpp"
#include "network/product.hpp"

namespace ohmcarlo {

/// A product that is used again and again: the weights of a plain one are packed once, so that a row has the same bits
/// whatever else is there.
template <class T>
class RepeatedProduct {
 public:
  explicit RepeatedProduct(const Product<T>& product) : product_(product) {
    if constexpr (std::is_same_v<T, float>)
      if (product.plain()) packed_.emplace(product.backward_weights());
  }
  void apply(View<const T> x, View<T> y) const {
    if constexpr (std::is_same_v<T, float>)
      if (packed_) return multiply(x, *packed_, y);
    product_.apply(x, y);
  }

 private:
  const Product<T>& product_;
  std::optional<PackedWeights> packed_;
};

}  // namespace ohmcarlo
