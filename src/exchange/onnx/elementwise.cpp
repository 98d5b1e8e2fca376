// Activations, Dropout and the last softmax; Identity and Constant.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

void convert_activation(OnnxGraph& graph, OnnxNode& node) {
  static const std::map<std::string, const char*> words = {
      {"Relu", "relu"}, {"Abs", "abs"}, {"Sigmoid", "sigmoid"}, {"Tanh", "tanh"}};
  const char* const word = words.at(node.op());
  const OnnxValue from = graph.activations(node, 0);
  graph.push_and_give(node, from, [&] { return activation(word, graph.next_name(word), planes_of(from.shape)); });
}

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
  graph.push_and_give(node, from, [&] { return dropout(graph.next_name("dropout"), planes_of(from.shape), rate); });
}

void convert_softmax(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue value = graph.activations(node, 0);
  graph.require_rank(node, value, 1);
  const Index axis = node.integer("axis", -1), features = value.axes.empty() ? 1 : 2;
  if (axis != features && axis != -1) node.refuse("axis is {} (allowed: {})", axis, features);
  if (!graph.is_output(node.proto().output(0))) node.refuse("it is not the last operator");
  graph.give(node, value);
}

void convert_identity(OnnxGraph& graph, OnnxNode& node) {
  if (graph.is_constant(node.input(0)))
    graph.give_constant(node.proto().output(0), graph.constant(node, 0));
  else
    graph.give(node, OnnxValue(graph.activations(node, 0)));
}

void convert_constant(OnnxGraph& graph, OnnxNode& node) {
  graph.give_constant(node.proto().output(0), node.tensor("value"));
}

}  // namespace ohmcarlo::onnx_operators
