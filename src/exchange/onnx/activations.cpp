// Functions of every value.

#include <algorithm>
#include <limits>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

void push_curve(OnnxGraph& graph, const OnnxNode& node, Curve which, const char* name, double a = 0, double b = 0) {
  const OnnxValue from = graph.activations(node, 0);
  (void)graph.push_and_keep(node, from,
                            [&] { return curve(which, graph.next_name(name), graph.planes_of(from), a, b); });
}

/// Input `i` as one number; `fallback` where it is left out.
double number(const OnnxGraph& graph, const OnnxNode& node, std::size_t i, double fallback) {
  if (node.input(i).empty()) return fallback;
  const OnnxTensor tensor = graph.floats(node, i);
  if (tensor.values.size() != 1)
    node.refuse("its input {} is of the shape [{}] (allowed: one number)", i + 1, fmt::join(tensor.shape, ", "));
  return static_cast<double>(tensor.values[0]);
}

}  // namespace

void convert_activation(OnnxGraph& graph, OnnxNode& node) {
  static const std::map<std::string, const char*> words = {
      {"Relu", "relu"}, {"Abs", "abs"}, {"Sigmoid", "sigmoid"}, {"Tanh", "tanh"}};
  const char* const word = words.at(node.op());
  const OnnxValue from = graph.activations(node, 0);
  (void)graph.push_and_keep(node, from, [&] { return activation(word, graph.next_name(word), graph.planes_of(from)); });
}

void convert_curve(OnnxGraph& graph, OnnxNode& node) {
  const std::string& op = node.op();
  if (op == "LeakyRelu") return push_curve(graph, node, Curve::leaky_relu, "leaky", node.real("alpha", 0.01));
  if (op == "PRelu") return push_curve(graph, node, Curve::leaky_relu, "leaky", number(graph, node, 1, 0));
  if (op == "Elu") return push_curve(graph, node, Curve::elu, "elu", node.real("alpha", 1));
  if (op == "Selu") {
    const double alpha = node.real("alpha", 1.67326319217681884765625);
    return push_curve(graph, node, Curve::selu, "selu", alpha, node.real("gamma", 1.05070102214813232421875));
  }
  if (op == "HardSigmoid") {
    const double alpha = node.real("alpha", 0.2);
    return push_curve(graph, node, Curve::hard_sigmoid, "hardsigmoid", alpha, node.real("beta", 0.5));
  }
  if (op == "HardSwish") return push_curve(graph, node, Curve::hard_swish, "hardswish");
  if (op == "Softplus") return push_curve(graph, node, Curve::softplus, "softplus");
  if (op == "Softsign") return push_curve(graph, node, Curve::softsign, "softsign");
  if (op == "Erf") return push_curve(graph, node, Curve::erf, "erf");
  const std::string way = node.text("approximate", "none");
  if (way != "none" && way != "tanh") node.refuse("approximate is '{}' (allowed: none, tanh)", printable(way));
  push_curve(graph, node, way == "none" ? Curve::gelu : Curve::tanh_gelu, "gelu");
}

/// Clip; Max and Min of activations and a number.
void convert_clip(OnnxGraph& graph, OnnxNode& node) {
  constexpr double kMost = std::numeric_limits<float>::max();
  double low = -kMost, high = kMost;
  if (node.op() == "Clip") {
    low = number(graph, node, 1, node.real("min", low));  // attributes before operator set 11
    high = number(graph, node, 2, node.real("max", high));
  } else {
    if (node.inputs() != 2 || !graph.is_activations(node.input(0)) || !graph.is_constant(node.input(1)))
      node.refuse("it takes others than activations and one number, in this order");
    (node.op() == "Max" ? low : high) = number(graph, node, 1, 0);
  }
  if (low > high) node.refuse("its lowest value is {}, its highest {}", low, high);
  push_curve(graph, node, Curve::clip, "clip", low, high);
}

/// Swish: x sigmoid(x), of two nodes.
void convert_swish(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  if (node.real("alpha", 1) != 1) node.refuse("alpha is other than 1");
  if (!from.layer) node.refuse("it takes the input of the network, which is not supported");
  const Planes planes = graph.planes_of(from);
  const std::size_t gate =
      graph.push(node, from, [&] { return activation("sigmoid", graph.next_name("sigmoid"), planes); });
  (void)graph.push_and_keep(node, from,
                            [&] { return multiplication(graph.next_name("times"), planes, gate, *from.layer); });
}

}  // namespace ohmcarlo::onnx_operators
