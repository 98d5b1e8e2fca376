// What nodes of an ONNX file take and give.

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"

namespace ohmcarlo {

const OnnxValue& OnnxGraph::activations(const OnnxNode& node, std::size_t i) const {
  const auto found = values_.find(node.input(i));
  if (found != values_.end()) return found->second;
  if (tensors_.contains(node.input(i))) node.refuse("its input {} is a constant (allowed: activations)", i + 1);
  node.refuse("no node before it gives its input {} ('{}')", i + 1, printable(node.input(i)));
}

const onnx::TensorProto& OnnxGraph::constant(const OnnxNode& node, std::size_t i) const {
  const auto found = tensors_.find(node.input(i));
  if (found == tensors_.end())
    node.refuse("its input {} ('{}') is no constant of the file", i + 1, printable(node.input(i)));
  return *found->second;
}

Vector<float> OnnxGraph::vector(const OnnxNode& node, std::size_t i, Index count) const {
  const OnnxTensor tensor = floats(node, i);
  if (tensor.shape != Sizes{count})
    node.refuse("its input {} is of the shape [{}] (allowed: [{}])", i + 1, fmt::join(tensor.shape, ", "), count);
  return Eigen::Map<const Vector<float>>(tensor.values.data(), count);
}

void OnnxGraph::require_rank(const OnnxNode& node, const OnnxValue& value, std::size_t rank) const {
  if (value.shape.size() != rank)
    node.refuse("its input is of the shape {} (allowed: [images, {}])", describe(value),
                rank == 1 ? "features" : "channels, height, width");
}

void OnnxGraph::require_images(const OnnxNode& node, const OnnxValue& value) const {
  if (!value.axes.empty())
    node.refuse("its input is of the shape {}, frames of sequences, which it does not take", describe(value));
}

const OnnxValue& OnnxGraph::frames(const OnnxNode& node, std::size_t i) const {
  const OnnxValue& value = activations(node, i);
  if (value.axes.empty()) node.refuse("its input is of the shape {} (allowed: frames of sequences)", describe(value));
  return value;
}

void OnnxGraph::give(const OnnxNode& node, OnnxValue value, int output) {
  if (output >= node.proto().output_size() || node.proto().output(output).empty()) return;
  if (value.axes == "af" || value.axes == "bf") value.axes.clear();  // a sequence has one: as an image
  values_[node.proto().output(output)] = std::move(value);
}

std::string OnnxGraph::next_name(const std::string& kind) {
  return fmt::format("{}{}", kind, ++counts_[kind]);
}

int OnnxGraph::count_uses(const std::string& name) const {
  const auto found = uses_.find(name);
  return found == uses_.end() ? 0 : found->second;
}

std::size_t OnnxGraph::add(const OnnxNode& node, const OnnxValue& from, Node layer) {
  std::vector<Node>& layers = network_.spec.layers;
  const std::size_t number = layers.size();
  if (layer.inputs.empty()) layer.inputs = {from.layer.value_or(kNetworkInput)};
  if (layer.out().features > kMostFeatures) node.refuse("it gives more than {} features", kMostFeatures);
  if (!from.layer && number > 0)
    node.refuse("the input of the network goes to more than one operator, which is not supported");
  layers.push_back(std::move(layer));
  return number;
}

Vector<float> OnnxGraph::spread(const OnnxNode& node, std::size_t i, const Sizes& shape) const {
  const OnnxTensor tensor = floats(node, i);
  Sizes sizes = tensor.shape;
  while (!sizes.empty() && sizes.front() == 1 && sizes.size() > shape.size()) sizes.erase(sizes.begin());
  if (product_of(sizes) == 1 && sizes.size() <= shape.size())
    return Vector<float>::Constant(shape[0], tensor.values[0]);
  const Sizes a_channel = shape.size() == 1 ? Sizes{shape[0]} : Sizes{shape[0], 1, 1};
  if (sizes != a_channel)
    node.refuse("its constant is of the shape [{}] (allowed: one number a channel)", fmt::join(tensor.shape, ", "));
  return Eigen::Map<const Vector<float>>(tensor.values.data(), shape[0]);
}

void OnnxGraph::keep_parameters(LayerParameters<float> parameters) {
  network_.state.parameters.push_back(std::move(parameters));
}

void OnnxGraph::keep_product(const OnnxNode& node, Matrix<float> weights, Vector<float> bias) {
  products_[node.proto().output(0)] = network_.state.parameters.size();
  keep_parameters({std::move(weights), std::move(bias)});
}

void OnnxGraph::add_bias(const OnnxNode& node, std::size_t i) {
  const OnnxValue value = activations(node, i);
  const auto product = products_.find(node.input(i));
  if (product == products_.end() || count_uses(node.input(i)) > 1)
    node.refuse("it adds a constant, but not to a product that nothing else takes (allowed: a bias)");
  network_.state.parameters[product->second].bias += spread(node, 1 - i, value.shape);
  Node& product_layer = network_.spec.layers[*value.layer];
  product_layer.operation = product_layer.operation->with_biases();
  give(node, value);
}

void OnnxGraph::keep_normalisation(NormalisationParameters<float> learnt, RunningStatistics<float> running) {
  network_.state.normalisations.parameters.push_back(std::move(learnt));
  network_.state.normalisations.running.push_back(std::move(running));
}

bool OnnxGraph::is_zeros(const std::string& name, int before) const {
  const auto zero = [&](const onnx::TensorProto& tensor) {
    return std::ranges::all_of(read_floats(file_, tensor).values, [](float x) { return x == 0; });
  };
  if (name.empty()) return true;
  if (const auto found = tensors_.find(name); found != tensors_.end()) return zero(*found->second);
  static const std::set<std::string> kKeeping = {"Cast",  "Expand",  "Identity", "Reshape",
                                                 "Slice", "Squeeze", "Unsqueeze"};
  for (int i = before; i-- > 0;) {
    const onnx::NodeProto& node = graph_.node(i);
    if (node.output_size() != 1 || node.output(0) != name) continue;
    if (kKeeping.contains(node.op_type()) && node.input_size() > 0) return is_zeros(node.input(0), i);
    if (node.op_type() == "ConstantOfShape" && node.attribute_size() == 0) return true;
    OnnxNode constant(file_, node);
    return (node.op_type() == "ConstantOfShape" || node.op_type() == "Constant") && zero(constant.tensor("value"));
  }
  return false;
}

}  // namespace ohmcarlo
