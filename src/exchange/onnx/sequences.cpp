// Transpose, Squeeze and Gather of the inputs and outputs of LSTMs.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

void convert_transpose(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.frames(node, 0);
  graph.give(node, {from.layer, from.shape, permuted(node, from.axes)});
}

void convert_squeeze(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.frames(node, 0);
  const Sizes axes = node.inputs() > 1 ? graph.integers(node, 1) : node.integers("axes", {});
  if (axes.empty()) node.refuse("it does not say which axes it takes away");
  graph.give(node, {from.layer, from.shape, squeezed(node, from.axes, axes)});
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
