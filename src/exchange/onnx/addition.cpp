// Add.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

/// Of two activations, or of a bias to the product that gave the only other one.
void convert_addition(OnnxGraph& graph, OnnxNode& node) {
  const bool first = graph.is_activations(node.input(0)), second = graph.is_activations(node.input(1));
  if (first != second && graph.is_constant(node.input(first ? 1 : 0))) {
    graph.add_bias(node, first ? 0 : 1);
    return;
  }
  const OnnxValue a = graph.activations(node, 0), b = graph.activations(node, 1);
  if (!a.layer || !b.layer) node.refuse("it adds the input of the network, which is not supported");
  if (a.shape != b.shape || a.axes != b.axes)
    node.refuse("it adds {} and {} (allowed: the same shape)", describe(a), describe(b));
  const bool later = *a.layer > *b.layer;
  const OnnxValue &from = later ? a : b, &other = later ? b : a;
  graph.push_and_give(
      node, from, [&] { return addition(graph.next_name("add"), planes_of(from.shape), *from.layer, *other.layer); });
}

}  // namespace ohmcarlo::onnx_operators
