#pragma once
// What the layers of a network do to a batch of rows (images or frames), for several chips side by side, as work for
// the threads of a GPU, below 2^32 of them. Matrices lie row by row; a row holds the values of chip 0, then those of
// chip 1, ...

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo::gpu {

/// x [rows, width] = rows numbers[0], numbers[1], ... of `from`, and zeros for kNoRow and from row `count` on.
struct GatherRows {
  static constexpr std::uint32_t kNoRow = 0xFFFFFFFF;

  const float* from = nullptr;             ///< [any, width]
  const std::uint32_t* numbers = nullptr;  ///< [count]
  float* x = nullptr;
  std::uint64_t rows = 0, count = 0, width = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * width; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided at = divide(index, width);
    const std::uint32_t number = at.quotient < count ? numbers[at.quotient] : kNoRow;
    x[index] = number != kNoRow ? from[number * width + at.remainder] : 0.0F;
  }
};

/// y [rows, chips * outputs] = the products of every chip: block c of a row of y is block c of that row of x
/// [rows, chips * inputs] times the weights of chip c, [chips, outputs, inputs]. Where inputs are shared, x is
/// [rows, inputs] and the same for all chips. Weights may be some columns of wider matrices.
struct Products {
  const float* x = nullptr;
  const float* weights = nullptr;
  float* y = nullptr;
  std::uint64_t rows = 0, chips = 0, outputs = 0, inputs = 0;
  bool shared_inputs = false;
  std::uint64_t weights_width = 0;  ///< numbers from one row of the weights to the next; 0: `inputs`
  bool adds = false;                ///< to what is in y already

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t row_of_weights() const {
    return weights_width != 0 ? weights_width : inputs;
  }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t x_width() const { return shared_inputs ? inputs : chips * inputs; }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * chips * outputs; }
  /// One product, in the order of the inputs. A library that does it all at once may add in another order.
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const std::uint64_t row = index / (chips * outputs), column = index % (chips * outputs);
    const float* in = x + row * x_width() + (shared_inputs ? 0 : column / outputs * inputs);
    const float* weight = weights + column * row_of_weights();
    float sum = adds ? y[index] : 0.0F;
    for (std::uint64_t i = 0; i < inputs; ++i) sum = fused(in[i], weight[i], sum);
    y[index] = sum;
  }
};

/// Functions of single values that follow a layer.
enum class LayerCurve : std::uint8_t { none, relu, abs, sigmoid, tanh };

/// sum [count] = factor * first + second, number by number.
struct AddValues {
  const float* first = nullptr;
  const float* second = nullptr;
  float* sum = nullptr;
  std::uint64_t count = 0;
  float factor = 1;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return count; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const { sum[index] = factor * first[index] + second[index]; }
};

/// values [rows, chips * outputs] = curve(from * factor + offset), with a factor and an offset an output: the bias of a
/// layer, the normalisation behind it, and its activation. They may be in place.
struct FinishLayer {
  const float* from = nullptr;
  float* values = nullptr;
  const float* factor = nullptr;  ///< [outputs]
  const float* offset = nullptr;  ///< [outputs]
  std::uint64_t rows = 0, chips = 0, outputs = 0;
  LayerCurve curve = LayerCurve::none;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * chips * outputs; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const std::uint32_t output = divide(index, outputs).remainder;
    values[index] = curve_of(from[index] * factor[output] + offset[output]);
  }

 private:
  [[nodiscard]] OHMCARLO_BOTH_SIDES float curve_of(float x) const {
    switch (curve) {
      case LayerCurve::relu:
        return x < 0 ? 0.0F : x;
      case LayerCurve::abs:
        return absolute(x);
      case LayerCurve::sigmoid:
        return sigmoid(x);
      case LayerCurve::tanh:
        return hyperbolic_tangent(x);
      default:
        return x;
    }
  }
};

}  // namespace ohmcarlo::gpu
