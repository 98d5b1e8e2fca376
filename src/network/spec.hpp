#pragma once
// What a network is made of: its layers in order, with shapes. Knows nothing of values or devices.

#include <cstdint>
#include <string>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

enum class LayerKind : std::uint8_t { dense, relu, abs };

/// One layer of a chain. `name` is unique within the network ("dense1", "relu1", ...).
struct LayerSpec {
  LayerKind kind;
  std::string name;
  Index inputs;   ///< features that go in
  Index outputs;  ///< features that come out

  [[nodiscard]] bool has_weights() const { return kind == LayerKind::dense; }
  /// Weights [outputs, inputs] plus biases [outputs].
  [[nodiscard]] Index parameters() const { return has_weights() ? outputs * (inputs + 1) : 0; }
  /// Multiply-accumulates for one input vector.
  [[nodiscard]] Index macs() const { return has_weights() ? outputs * inputs : 0; }
};

struct NetworkSpec {
  std::vector<LayerSpec> layers;
  Index inputs = 0;
  Index classes = 0;

  [[nodiscard]] std::vector<LayerSpec> weight_layers() const;
};

/// Dense layers inputs-hidden...-classes with `activation` (relu or abs) between them.
[[nodiscard]] NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, LayerKind activation, Index classes);

}  // namespace ohmcarlo
