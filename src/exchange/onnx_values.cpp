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

void OnnxGraph::give_constant(const std::string& name, const OnnxConstant& constant) {
  // A short file can make any number of them out of one; those that move weights make a few times what the file holds.
  constexpr std::size_t kAlways = std::size_t{1} << 24, kForEachByte = 8;
  const std::size_t most = kAlways + kForEachByte * graph_.ByteSizeLong();
  computed_numbers_ += constant.values.size();
  if (computed_numbers_ > most)
    fail_data("{}: with '{}' its nodes compute more than {} numbers of constants", file_, printable(name), most);
  give_constant(name, computed_.emplace_back(to_tensor(name, constant)));
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

Planes OnnxGraph::planes_of(const OnnxValue& value) const {
  const Planes& planes = value.layer ? layer(*value.layer).out().planes : input_;
  if (planes.channels > 0) return planes;
  return ohmcarlo::planes_of(value.turn.is_plain() ? value.shape : Sizes{product_of(value.shape)});
}

OnnxValue OnnxGraph::straightened(const OnnxNode& node, const OnnxValue& value) {
  if (value.turn.is_plain()) return value;
  const Index features = product_of(value.shape);
  const std::size_t number = push(node, value, [&] {
    return rearrangement(next_name("turn"), planes_of(value), ohmcarlo::planes_of(value.shape),
                         value.turn.places(features));
  });
  return {number, value.shape, value.axes};
}

OnnxValue OnnxGraph::planes(const OnnxNode& node, std::size_t i) {
  const OnnxValue& value = activations(node, i);
  require_images(node, value);
  if (value.shape.size() != 2) require_rank(node, value, 3);
  OnnxValue straight = straightened(node, value);
  if (const Planes before = planes_of(straight); straight.layer && !(before == ohmcarlo::planes_of(straight.shape)))
    straight.layer = push(node, straight, [&] { return flatten(next_name("flatten"), before); });
  return straight;
}

Vector<float> OnnxGraph::spread(const OnnxNode& node, std::size_t i, const OnnxValue& value,
                                const Planes& planes) const {
  OnnxConstant constant = read_constant(file_, this->constant(node, i));
  Sizes& sizes = constant.shape;
  while (!sizes.empty() && sizes.front() == 1 && (sizes.size() > value.shape.size() || product_of(sizes) == 1))
    sizes.erase(sizes.begin());
  if (sizes.empty()) return Vector<float>::Constant(planes.channels, static_cast<float>(constant.values.at(0)));
  if (sizes.size() > value.shape.size() || common_shape(node, sizes, value.shape) != value.shape ||
      (!value.axes.empty() && value.axes.back() != 'f'))
    node.refuse("its constant is of the shape [{}] (allowed for {}: one number a channel, or a feature)",
                fmt::join(sizes, ", "), describe(value));
  const OnnxConstant all = repeated(node, constant, value.shape);
  const std::vector<Index> places = value.turn.places(std::ssize(all.values));
  Vector<float> features(std::ssize(all.values));
  for (std::size_t j = 0; j < places.size(); ++j) features(places[j]) = static_cast<float>(all.values[j]);
  const Eigen::Map<const Matrix<float>> channels(features.data(), planes.channels, planes.positions());
  if ((channels.colwise() - channels.col(0)).isZero(0)) return channels.col(0);
  return features;
}

void OnnxGraph::keep_parameters(LayerParameters<float> parameters) {
  network_.state.parameters.push_back(std::move(parameters));
}

void OnnxGraph::keep_product(const OnnxNode& node, Matrix<float> weights, Vector<float> bias) {
  products_[node.proto().output(0)] = network_.state.parameters.size();
  keep_parameters({std::move(weights), std::move(bias)});
}

bool OnnxGraph::is_product(const OnnxNode& node, std::size_t i) const {
  return products_.contains(node.input(i)) && count_uses(node.input(i)) == 1;
}

void OnnxGraph::add_bias(const OnnxNode& node, std::size_t i, const Vector<float>& bias) {
  const OnnxValue value = activations(node, i);
  const std::size_t product = products_.at(node.input(i));
  network_.state.parameters[product].bias += bias;
  Node& product_layer = network_.spec.layers[*value.layer];
  product_layer.operation = product_layer.operation->with_biases();
  give(node, value);
  products_[node.proto().output(0)] = product;  // with a further constant to add, maybe
}

void OnnxGraph::push_scaling(const OnnxNode& node, std::size_t i, Vector<float> factors, Vector<float> offsets) {
  const OnnxValue value = activations(node, i);
  if (!factors.allFinite() || !offsets.allFinite()) node.refuse("it multiplies by or adds infinite numbers");
  std::vector<Node>& layers = network_.spec.layers;
  const bool joins =
      value.layer && *value.layer + 1 == layers.size() && is_scaling(layers.back()) && count_uses(node.input(i)) == 1;
  const Planes planes = planes_of(value);
  Node added = scaling(joins ? layers.back().name : next_name("scale"), planes, std::move(factors), std::move(offsets));
  if (joins) {
    layers.back() = joined_scaling(layers.back(), added);
    give(node, value);
  } else {
    (void)push_and_keep(node, value, [&] { return added; });
  }
}

/// Weights that several nodes take, also by way of nodes that only move them.
void OnnxGraph::note_shared_weights(const std::vector<const onnx::NodeProto*>& needed) {
  static const std::set<std::string> kMoving = {"Cast", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"};
  static const std::set<std::string> kWeighted = {"Conv", "GRU", "Gemm", "LSTM", "MatMul", "RNN"};
  std::map<std::string, std::string> sources;  // of what such nodes give
  std::map<std::string, std::vector<std::string>> takers;
  const auto source_of = [&](const std::string& name) {
    const auto found = sources.find(name);
    return found == sources.end() ? name : found->second;
  };
  for (const onnx::NodeProto* node : needed) {
    if (kMoving.contains(node->op_type()) && node->input_size() > 0 && is_constant(node->input(0)))
      sources[node->output(0)] = source_of(node->input(0));
    if (kWeighted.contains(node->op_type()) && node->input_size() > 1)
      takers[source_of(node->input(1))].push_back(
          fmt::format("'{}'", printable(node->name().empty() ? node->output(0) : node->name())));
  }
  for (const auto& [tensor, nodes] : takers)
    if (nodes.size() > 1)
      network_.notes.push_back(
          fmt::format("{}: the nodes {} share the weights '{}': they are parted here, an array each, and trained apart",
                      file_, fmt::join(nodes, ", "), printable(tensor)));
}

bool OnnxGraph::leads_to_output(const std::string& name) const {
  static const std::set<std::string> kKeeping = {"Cast", "Identity", "Reshape", "Squeeze", "Flatten"};
  std::string reached = name;
  for (const onnx::NodeProto& node : graph_.node()) {  // in the order of computation: a ring of nodes has an end here
    if (is_output(reached) || count_uses(reached) != 1) break;
    if (node.input_size() > 0 && node.input(0) == reached && node.output_size() > 0 &&
        kKeeping.contains(node.op_type()) && count_uses(node.output(0)) > 0)
      reached = node.output(0);
  }
  return is_output(reached);
}

void OnnxGraph::keep_normalisation(NormalisationParameters<float> learnt, RunningStatistics<float> running) {
  network_.state.normalisations.parameters.push_back(std::move(learnt));
  network_.state.normalisations.running.push_back(std::move(running));
}

bool OnnxGraph::is_zeros(const std::string& name) const {
  const auto zero = [&](const onnx::TensorProto& tensor) {
    return std::ranges::all_of(read_floats(file_, tensor).values, [](float x) { return x == 0; });
  };
  static const std::set<std::string> kKeeping = {"Cast",  "Expand",  "Identity", "Reshape",
                                                 "Slice", "Squeeze", "Unsqueeze"};
  std::string source = name;
  for (int i = graph_.node_size(); !source.empty() && !tensors_.contains(source);) {
    if (i-- == 0) return false;
    const onnx::NodeProto& node = graph_.node(i);
    if (node.output_size() != 1 || node.output(0) != source) continue;
    if (kKeeping.contains(node.op_type()) && node.input_size() > 0) {
      source = node.input(0);
      continue;
    }
    if (node.op_type() == "ConstantOfShape" && node.attribute_size() == 0) return true;
    OnnxNode constant(file_, node);
    return (node.op_type() == "ConstantOfShape" || node.op_type() == "Constant") && zero(constant.tensor("value"));
  }
  return source.empty() || zero(*tensors_.at(source));
}

}  // namespace ohmcarlo
