// GlobalAveragePool, GlobalMaxPool and means over height and width.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

void convert_global_pooling(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.planes(node, 0);
  const Planes in = planes_of(from.shape);
  const Pair whole{in.height, in.width};
  graph.push_and_give(node, from, [&] {
    const std::string name = graph.next_name("pool");
    return node.op() == "GlobalMaxPool" ? max_pooling(name, in, {whole, whole, 0}) : global_average_pooling(name, in);
  });
}

/// ReduceMean of all axes of an image but that of the channels, wherever the file has them.
void convert_mean(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  graph.require_images(node, from);
  const std::size_t rank = from.shape.size() + 1;
  std::vector<bool> is_reduced(rank, false);
  for (const Index axis : node.input(1).empty() ? node.integers("axes", {}) : graph.integers(node, 1))
    is_reduced[axis_of(node, axis, rank)] = true;
  const bool keeps = node.integer("keepdims", 1) != 0;
  (void)node.integer("noop_with_empty_axes", 0);
  Sizes order, shape;
  Index channels = 1;
  for (std::size_t i = 1; i < rank; ++i) {
    const Index size = from.shape[i - 1];
    if (!is_reduced[i]) channels *= size;
    if (!is_reduced[i] || keeps) shape.push_back(is_reduced[i] ? 1 : size);
    if (!is_reduced[i]) order.push_back(static_cast<Index>(i) - 1);
  }
  for (std::size_t i = 1; i < rank; ++i)
    if (is_reduced[i]) order.push_back(static_cast<Index>(i) - 1);
  Turn turn = from.turn;
  const Planes in = graph.planes_of(from);
  if (is_reduced[0] || in.channels != channels || !turn.transpose(from.shape, order) || !turn.is_plain())
    node.refuse("it takes other means of {} than those over height and width", describe(from));
  graph.give(node, {graph.push(node, from, [&] { return global_average_pooling(graph.next_name("pool"), in); }),
                    std::move(shape)});
}

}  // namespace ohmcarlo::onnx_operators
