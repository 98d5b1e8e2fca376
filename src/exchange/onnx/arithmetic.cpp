// Add, Sub, Mul, Div and Neg: of two activations, or of activations and a constant.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

/// Of activations and the constant that is input 1 - i: a bias where a product is there to take it, else a scaling.
void add_scaling(OnnxGraph& graph, const OnnxNode& node, std::size_t i) {
  const OnnxValue value = graph.activations(node, i);
  Vector<float> constant = graph.spread(node, 1 - i, value);
  const Index count = constant.size();
  const Vector<float> ones = Vector<float>::Ones(count), zeros = Vector<float>::Zero(count);
  const bool subtracts = node.op() == "Sub";
  if (node.op() == "Div") {
    if (i == 1) node.refuse("it divides by activations, which is not supported");
    if ((constant.array() == 0.0F).any()) node.refuse("it divides by 0");
    constant = constant.cwiseInverse();
  }
  if (node.op() == "Mul" || node.op() == "Div") return graph.push_scaling(node, i, constant, zeros);
  if (subtracts && i == 1) return graph.push_scaling(node, i, -ones, constant);
  if (subtracts) constant = -constant;
  if (graph.is_product(node, i) && count == graph.layer(*value.layer).weight_outputs())
    graph.add_bias(node, i, constant);
  else
    graph.push_scaling(node, i, ones, constant);
}

}  // namespace

void convert_arithmetic(OnnxGraph& graph, OnnxNode& node) {
  const bool first = graph.is_activations(node.input(0)), second = graph.is_activations(node.input(1));
  if (first != second && graph.is_constant(node.input(first ? 1 : 0))) return add_scaling(graph, node, first ? 0 : 1);
  const OnnxValue a = graph.activations(node, 0), b = graph.activations(node, 1);
  const std::string verb = node.op() == "Mul" ? "multiplies" : node.op() == "Sub" ? "subtracts" : "adds";
  if (node.op() == "Div") node.refuse("it divides by activations, which is not supported");
  if (!a.layer || !b.layer) node.refuse("it {} the input of the network, which is not supported", verb);
  if (a.shape != b.shape || a.axes != b.axes)
    node.refuse("it {} {} and {} (allowed: the same shape)", verb, describe(a), describe(b));
  if (!(a.turn == b.turn)) node.refuse("it {} activations of which one has its channels last", verb);
  const bool later = *a.layer > *b.layer;
  const OnnxValue &from = later ? a : b, &other = later ? b : a;
  const Planes planes = graph.planes_of(from);
  (void)graph.push_and_keep(node, from, [&] {
    if (node.op() == "Mul") return multiplication(graph.next_name("times"), planes, *from.layer, *other.layer);
    if (node.op() == "Sub") return addition(graph.next_name("add"), planes, *b.layer, *a.layer, -1);
    return addition(graph.next_name("add"), planes, *from.layer, *other.layer);
  });
}

void convert_negation(OnnxGraph& graph, OnnxNode& node) {
  const Index channels = graph.planes_of(graph.activations(node, 0)).channels;
  graph.push_scaling(node, 0, -Vector<float>::Ones(channels), Vector<float>::Zero(channels));
}

}  // namespace ohmcarlo::onnx_operators
