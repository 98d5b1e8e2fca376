#pragma once
// A pass of training images through a chip.

#include <functional>
#include <memory>
#include <vector>

#include "chip/array_network.hpp"
#include "network/product.hpp"

namespace ohmcarlo {

/// Called with the inputs x [rows, inputs] and outputs y [rows, outputs] of a group of weight layer `i`.
using LayerWatch = std::function<void(std::size_t i, Index group, View<const float> x, View<const float> y)>;

/// What the layers of a chip use in one pass over `images` images, each with noise of its own. The chip must outlive
/// it.
class ChipPass {
 public:
  /// Reads are number `round` of `stage`. `backward` [layers]: the matrices of the way back; none for a pass that has
  /// no way back.
  ChipPass(const ArrayNetwork& chip, Index images, Purpose stage, std::uint64_t round, const Poll& poll,
           std::vector<Matrix<float>> backward = {}, LayerWatch watch = {});
  ChipPass(const ChipPass&) = delete;
  ChipPass& operator=(const ChipPass&) = delete;
  ~ChipPass();

  [[nodiscard]] const PassWeights<float>& weights() const { return weights_; }

 private:
  class Read;
  std::vector<Matrix<float>> backward_;
  std::vector<std::unique_ptr<Read>> products_;
  PassWeights<float> weights_;
};

/// The derivatives of the outputs of every layer of the chip by its inputs, as far as reading back its cells shows:
/// [outputs, inputs] each, corrections included.
[[nodiscard]] std::vector<Matrix<float>> effective_weights(const ArrayNetwork& chip);

}  // namespace ohmcarlo
