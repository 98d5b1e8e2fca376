#pragma once
// What a network is made of: its layers in order, with shapes. Knows nothing of values or devices.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "network/planes.hpp"

namespace ohmcarlo {

enum class LayerKind : std::uint8_t {
  dense,
  convolution,
  relu,
  abs,
  sigmoid,
  tanh,
  max_pooling,
  average_pooling,
  global_average_pooling,
  adaptive_average_pooling,
  flatten,
  batch_normalisation,
  dropout,
  quantisation,
  addition,
  lstm,
  last,
};

/// One layer of a network. `name` is unique within the network ("dense1", "relu1", ...). Layers on feature maps are
/// made by the functions of network/layer_specs.hpp, which check their shapes.
struct LayerSpec {
  LayerKind kind;
  std::string name;
  Index inputs;   ///< features that go in
  Index outputs;  ///< features that come out
  Planes in{};    ///< the same as feature maps; without channels where only the count matters
  Planes out{};
  Window window{};        ///< of a convolution or pooling
  Index groups = 1;       ///< of a convolution: each sees its own part of the channels and makes its own part
  bool biased = true;     ///< a weight layer without biases keeps zeros for them, whose gradient is always zero
  double rate = 0;        ///< of a dropout: share of the values that training drops, [0, 1)
  int bits = 0;           ///< of a quantisation, 1 to 16
  int table_entries = 0;  ///< of an lstm: of the tables that stand for its sigmoid and tanh; 0: exact
  /// The layer, by its number, whose outputs this one takes; none: the layer before it, or the network's input.
  std::optional<std::size_t> source{};
  std::optional<std::size_t> addend{};  ///< of an addition: the layer, by its number, whose outputs it adds
  double factor = 1;                    ///< of an addition: of the outputs that are not the addend's

  [[nodiscard]] bool has_weights() const {
    return kind == LayerKind::dense || kind == LayerKind::convolution || kind == LayerKind::lstm;
  }
  /// The weights of a weight layer are a matrix [weight_outputs(), weight_inputs()], its biases [weight_outputs()]:
  /// of a convolution [channels out, channels in of a group * window cells], of an lstm as network/lstm.hpp says.
  [[nodiscard]] Index weight_outputs() const;
  [[nodiscard]] Index weight_inputs() const;
  /// Weights plus biases; of a normalisation gamma and beta.
  [[nodiscard]] Index parameters() const;
  /// Multiply-accumulates for one input vector; padding counts as any input.
  [[nodiscard]] Index macs() const;
};

struct NetworkSpec {
  std::vector<LayerSpec> layers;
  Index inputs = 0;
  Index classes = 0;

  [[nodiscard]] std::vector<LayerSpec> weight_layers() const;
  [[nodiscard]] std::vector<LayerSpec> normalisation_layers() const;
  /// Whether any layer is of this kind.
  [[nodiscard]] bool has(LayerKind kind) const;
  /// Throws an Error (exit status 2) that names the first layer whose inputs are not the outputs of those it takes, or
  /// which takes those of a layer that does not come before it.
  void check_chain() const;
};

/// Dense layers inputs-hidden...-classes with `activation` between them.
[[nodiscard]] NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, LayerKind activation, Index classes);

}  // namespace ohmcarlo
