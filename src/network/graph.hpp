#pragma once
// What a network is made of: a graph of operations, with shapes. Knows nothing of values or devices.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "network/operation.hpp"

namespace ohmcarlo {

/// The number of a node that stands for what goes into the network.
inline constexpr std::size_t kNetworkInput = static_cast<std::size_t>(-1);

/// One layer of a network: an operation, and the nodes whose outputs it takes. Nodes are made by the functions of
/// network/operations.hpp, which check their shapes.
struct Node {
  std::string name;                            ///< unique within the network ("dense1", "relu1", ...)
  std::shared_ptr<const Operation> operation;  ///< never none
  std::vector<std::size_t> inputs{};           ///< numbers of nodes, or kNetworkInput; one an input of the operation

  /// The shape of the first input.
  [[nodiscard]] const FeatureShape& in() const { return operation->inputs().front(); }
  [[nodiscard]] const FeatureShape& out() const { return operation->output(); }
  [[nodiscard]] bool has_weights() const { return operation->weights().outputs > 0; }
  [[nodiscard]] Index weight_outputs() const { return operation->weights().outputs; }
  [[nodiscard]] Index weight_inputs() const { return operation->weights().inputs; }
  [[nodiscard]] Index weight_groups() const { return operation->weights().groups; }
  [[nodiscard]] bool biased() const { return operation->weights().biased; }
  [[nodiscard]] bool normalises() const { return operation->normalised_channels() > 0; }
  /// Numbers that it learns: weights plus biases; of a normalisation gamma and beta.
  [[nodiscard]] Index parameters() const;
  /// Multiply-accumulates for one image or frame; padding counts as any input.
  [[nodiscard]] Index macs() const;
};

/// A network: its nodes in an order in which each comes after those whose outputs it takes. The outputs of the last one
/// are the network's.
struct NetworkSpec {
  std::vector<Node> layers;
  Index inputs = 0;
  Index classes = 0;

  /// Adds a node behind the others and returns its number. One without inputs takes the outputs of the node before it.
  std::size_t add(Node layer);

  /// The nodes with weights, in order.
  [[nodiscard]] std::vector<Node> weight_layers() const;
  /// The nodes that normalise, in order.
  [[nodiscard]] std::vector<Node> normalisation_layers() const;
  /// For each node the number of the last one that takes its outputs; 0 where none does.
  [[nodiscard]] std::vector<std::size_t> last_uses() const;

  /// True if any node has to be told where sequences begin and end.
  [[nodiscard]] bool takes_sequences() const;
  /// True if any node is recurrent.
  [[nodiscard]] bool is_recurrent() const;
  /// True if it gives one row a sequence where it takes one a frame.
  [[nodiscard]] bool gives_one_row_a_sequence() const;
  /// True if the weights of any node fall into groups.
  [[nodiscard]] bool has_groups() const;

  /// Throws an Error that names the first node which has more or fewer inputs than its operation, takes the outputs of
  /// a node that does not come before it, or outputs of another shape; also where the last node does not give `classes`
  /// features.
  void check_graph() const;
};

/// A network whose nodes each take the outputs of the one before.
[[nodiscard]] NetworkSpec chain_of(std::vector<Node> layers, Index inputs, Index classes);

}  // namespace ohmcarlo
