// Transpose; Gather of the inputs and outputs of LSTMs.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

/// Of images: nothing is moved, it says how values lie from now on.
void convert_transpose(OnnxGraph& graph, OnnxNode& node) {
  OnnxValue value = graph.activations(node, 0);
  if (!value.axes.empty()) {
    value.axes = permuted(node, value.axes);
  } else {
    const auto rank = std::ssize(value.shape) + 1;
    Sizes order;
    for (Index i = rank; i-- > 0;) order.push_back(i);
    order = node.integers("perm", order);
    Sizes sorted = order;
    std::ranges::sort(sorted);
    for (Index i = 0; i < rank; ++i)
      if (std::ssize(order) != rank || sorted[static_cast<std::size_t>(i)] != i)
        node.refuse("perm is [{}] for {} axes", fmt::join(order, ", "), rank);
    if (order.front() != 0)
      node.refuse("it moves the images of {} to another axis, perm being [{}]", describe(value),
                  fmt::join(order, ", "));
    order.erase(order.begin());
    const Sizes before = value.shape;
    for (std::size_t i = 0; i < order.size(); ++i) value.shape[i] = before[static_cast<std::size_t>(--order[i])];
    if (!value.turn.transpose(before, order)) {
      value = graph.straightened(node, graph.activations(node, 0));
      for (std::size_t i = 0; i < order.size(); ++i) value.shape[i] = before[static_cast<std::size_t>(order[i])];
      (void)value.turn.transpose(before, order);
    }
  }
  graph.give(node, std::move(value));
}

/// The last time step, or the only direction.
void convert_gather(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.frames(node, 0);
  const auto rank = static_cast<Index>(from.axes.size());
  const Index axis = node.integer("axis", 0), at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) node.refuse("axis is {}, of {}", axis, rank);
  const onnx::TensorProto& indices = graph.constant(node, 1);
  const char taken = from.axes[static_cast<std::size_t>(at)];
  const bool last = graph.integers(node, 1) == Sizes{-1};
  if (!(taken == '1' && (last || graph.integers(node, 1) == Sizes{0})) &&
      !(last && graph.steps() && taken == *graph.steps()))
    node.refuse("it takes others than the last time step of an LSTM's outputs (allowed: index -1)");
  OnnxValue left{from.layer, from.shape, from.axes};
  if (taken != '1') left.layer = push_last_frame(graph, node, from);
  left.axes[static_cast<std::size_t>(at)] = '1';
  if (indices.dims_size() == 0) left.axes.erase(static_cast<std::size_t>(at), 1);
  graph.give(node, std::move(left));
}

}  // namespace ohmcarlo::onnx_operators
