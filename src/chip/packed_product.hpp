#pragma once
// The product with packed weights, for a pass through a network.

#include <stdexcept>

#include "linalg/packed_weights.hpp"
#include "network/product.hpp"

namespace ohmcarlo {

/// y [rows, outputs] = x [rows, inputs] times `weights`, of one group, which must outlive it. It has no way back.
class PackedProduct final : public Product<float> {
 public:
  explicit PackedProduct(const PackedWeights& weights) : weights_(weights) {}
  void apply(View<const float> x, View<float> y, Index /*group*/) const override { multiply(x, weights_, y); }
  [[nodiscard]] View<const float> backward_weights() const override {
    throw std::logic_error("internal error: packed weights are not trained");
  }

 private:
  const PackedWeights& weights_;
};

}  // namespace ohmcarlo
