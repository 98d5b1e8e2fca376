// Dropout and the last softmax; Identity, Cast, Constant and Shape.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

/// Drops nothing in evaluation; further training does.
void convert_dropout(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  double rate = node.real("ratio", 0.5);  // before operator set 12
  if (!node.input(1).empty()) {
    const OnnxTensor ratio = graph.floats(node, 1);
    if (ratio.values.size() != 1) node.refuse("its ratio is not one number");
    rate = static_cast<double>(ratio.values[0]);
  }
  if (!node.input(2).empty() && graph.integers(node, 2) != Sizes{0}) node.refuse("it drops values as in training");
  (void)node.integer("seed", 0);
  (void)graph.push_and_keep(node, from,
                            [&] { return dropout(graph.next_name("dropout"), graph.planes_of(from), rate); });
}

void convert_softmax(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue value = graph.activations(node, 0);
  graph.require_rank(node, value, 1);
  const Index axis = node.integer("axis", -1), features = value.axes.empty() ? 1 : 2;
  if (axis != features && axis != -1) node.refuse("axis is {} (allowed: {})", axis, features);
  if (!graph.leads_to_output(node.proto().output(0)))
    node.refuse("it is not the last operator (allowed: in front of the output only)");
  graph.give(node, value);
}

void convert_identity(OnnxGraph& graph, OnnxNode& node) {
  graph.give(node, OnnxValue(graph.activations(node, 0)));
}

/// Between types of floating point nothing changes here.
void convert_cast(OnnxGraph& graph, OnnxNode& node) {
  onnx::TensorProto to;
  to.set_data_type(static_cast<std::int32_t>(node.integer("to", onnx::TensorProto::FLOAT)));
  (void)node.integer("saturate", 1);
  if (!is_of_floats(to)) node.refuse("it makes activations whole numbers, which is not supported");
  graph.give(node, OnnxValue(graph.activations(node, 0)));
}

void convert_constant(OnnxGraph& graph, OnnxNode& node) {
  const std::string& name = node.proto().output(0);
  if (node.has("value_int"))
    graph.give_constant(name, OnnxConstant{{}, {static_cast<double>(node.integer("value_int", 0))}, true});
  else if (node.has("value_ints"))
    graph.give_constant(name, OnnxConstant::of_integers(node.integers("value_ints", {})));
  else if (node.has("value_float"))
    graph.give_constant(name, OnnxConstant{{}, {node.real("value_float", 0)}, false});
  else
    graph.give_constant(name, node.tensor("value"));
}

/// Of activations: a constant, but for the sizes that are left open.
void convert_shape(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue& value = graph.activations(node, 0);
  Sizes sizes;
  if (value.axes.empty()) {
    sizes = value.shape;
    sizes.insert(sizes.begin(), graph.images().value_or(kOpenFirst));
  }
  for (const char axis : value.axes)
    sizes.push_back(axis == 'a' ? kOpenFirst : axis == 'b' ? kOpenSecond : axis == '1' ? 1 : value.shape[0]);
  const auto rank = std::ssize(sizes);
  const auto place = [&](Index at) { return std::clamp<Index>(at < 0 ? at + rank : at, 0, rank); };
  const Index first = place(node.integer("start", 0)), last = place(node.integer("end", rank));
  graph.give_constant(node.proto().output(0),
                      OnnxConstant::of_integers({sizes.begin() + std::min(first, last), sizes.begin() + last}));
}

}  // namespace ohmcarlo::onnx_operators
