#pragma once
// A product that is computed by a function.

#include <stdexcept>
#include <utility>

#include "network/product.hpp"

namespace ohmcarlo {

/// Calls apply(x, y, group) for y [rows, outputs] = x [rows, inputs] times some weights of a group. It has no way back.
template <class Apply>
class CalledProduct final : public Product<float> {
 public:
  explicit CalledProduct(Apply apply) : apply_(std::move(apply)) {}
  void apply(View<const float> x, View<float> y, Index group) const override { apply_(x, y, group); }
  [[nodiscard]] View<const float> backward_weights() const override {
    throw std::logic_error("internal error: arrays are not trained");
  }

 private:
  Apply apply_;
};

}  // namespace ohmcarlo
