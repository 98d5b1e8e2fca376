#include "exchange/onnx_graph.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_folding.hpp"
#include "exchange/onnx_layout.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo {

std::string describe(const OnnxValue& value) {
  std::vector<std::string> sizes = {"images"};
  if (!value.axes.empty()) sizes.clear();
  for (const char axis : value.axes)
    if (axis != 'f') sizes.emplace_back(axis == '1' ? "1" : "frames");
  for (const Index size : value.shape) sizes.push_back(std::to_string(size));
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

Index product_of(const Sizes& shape) {
  constexpr Index kMost = Index{1} << 31;
  Index all = 1;
  for (const Index size : shape) all = std::min(kMost, all * size);
  return all;
}

Planes planes_of(const Sizes& shape) {
  if (shape.size() == 2) return {shape[0], 1, shape[1]};
  return shape.size() == 3 ? Planes{shape[0], shape[1], shape[2]} : Planes{product_of(shape), 1, 1};
}

ImportedNetwork OnnxGraph::read() {
  for (const onnx::TensorProto& tensor : graph_.initializer())
    if (!tensors_.emplace(tensor.name(), &tensor).second)
      fail_data("{}: two tensors are called '{}'", file_, printable(tensor.name()));
  if (graph_.sparse_initializer_size() > 0) fail_data("{}: its sparse tensors are not supported", file_);
  if (graph_.output_size() != 1)
    fail_data("{}: it has {} outputs (allowed: 1, [images, classes]; onnx.utils.extract_model takes one out)", file_,
              graph_.output_size());
  output_ = graph_.output(0).name();
  const std::vector<const onnx::NodeProto*> needed = find_needed_nodes();
  read_input(needed);
  for (const onnx::NodeProto* node : needed) convert(OnnxNode(file_, *node));
  note_shared_weights(needed);
  return finish();
}

void OnnxGraph::read_input(const std::vector<const onnx::NodeProto*>& needed) {
  const onnx::ValueInfoProto* input = nullptr;
  for (const onnx::ValueInfoProto& candidate : graph_.input()) {
    if (tensors_.contains(candidate.name())) continue;  // until IR 4 tensors of the file are inputs, too
    if (input != nullptr)
      fail_data("{}: it has the inputs '{}' and '{}' (allowed: one)", file_, printable(input->name()),
                printable(candidate.name()));
    input = &candidate;
  }
  if (input == nullptr) fail_data("{}: it has no input", file_);
  const std::string what = fmt::format("{}: input '{}'", file_, printable(input->name()));
  const onnx::TypeProto::Tensor& type = input->type().tensor_type();
  onnx::TensorProto one;
  one.set_data_type(type.elem_type());
  if (!is_of_floats(one)) fail_data("{}: it is no tensor of floating point (allowed: of 16 to 64 bits)", what);
  const int rank = type.shape().dim_size();
  if (rank < 2 || rank > 4)
    fail_data(
        "{}: it has {} dimensions (allowed: [images, features], [images, height, width], [images, channels, height, "
        "width], [images, height, width, channels], or of sequences [sequences, steps, features] or [steps, sequences, "
        "features])",
        what, rank);
  const bool sequences = rank == 3 && has_recurrent_node(needed);
  const Axes axes = sequences ? "abf" : "";
  Sizes shape;
  for (int i = sequences ? 2 : 1; i < rank; ++i) {
    const onnx::TensorShapeProto::Dimension& size = type.shape().dim(i);
    if (!size.has_dim_value())
      fail_data("{}: its dimension {} is dynamic (allowed: only {})", what, i + 1,
                sequences ? "sequences and steps" : "the first one, the images");
    const Index most = rank == 4 ? kMostExtent : kMostFeatures;
    if (size.dim_value() < 1 || size.dim_value() > most)
      fail_data("{}: its dimension {} is {} (allowed: from 1 to {})", what, i + 1, size.dim_value(), most);
    shape.push_back(size.dim_value());
  }
  if (product_of(shape) > kMostFeatures) fail_data("{}: more than {} features", what, kMostFeatures);
  if (!sequences && type.shape().dim(0).has_dim_value()) images_ = type.shape().dim(0).dim_value();
  network_.spec.inputs = product_of(shape);
  Turn turn;
  if (rank == 4 && has_channels_last(needed, input->name(), shape)) {
    input_ = {shape[2], shape[0], shape[1]};
    turn = Turn({shape[2], shape[0], shape[1]}, {1, 2, 0});
  } else if (rank == 4) {
    input_ = ohmcarlo::planes_of(shape);
  }
  values_[input->name()] = {std::nullopt, std::move(shape), axes, turn};
}

/// The nodes that the output depends on, in the order of the file, which is one of computation.
std::vector<const onnx::NodeProto*> OnnxGraph::find_needed_nodes() {
  std::set<std::string> wanted{output_};
  uses_[output_] = 1;
  std::vector<const onnx::NodeProto*> needed;
  for (int i = graph_.node_size(); i-- > 0;) {
    const onnx::NodeProto& node = graph_.node(i);
    if (std::ranges::none_of(node.output(), [&](const std::string& name) { return wanted.contains(name); })) continue;
    needed.push_back(&node);
    // The initial state of a recurrent node is no activation: is_zeros() looks at it.
    const int taken = is_recurrent(node) ? std::min(node.input_size(), kInitialState) : node.input_size();
    for (int input = 0; input < taken; ++input) {
      const std::string& name = node.input(input);
      if (name.empty()) continue;
      wanted.insert(name);
      ++uses_[name];
    }
  }
  std::ranges::reverse(needed);
  return needed;
}

void OnnxGraph::convert(OnnxNode node) {
  const onnx::NodeProto& proto = node.proto();
  if (!proto.domain().empty() && proto.domain() != "ai.onnx")
    node.refuse("the operator of the domain {} is not supported", printable(proto.domain()));
  const OnnxConverter converter = find_onnx_converter(node.op());
  if (converter == nullptr && !is_foldable(node.op()))
    node.refuse("the operator {} is not supported", printable(node.op()));
  const int supported = is_recurrent(proto) ? 2 : 1;
  for (int i = 0; i < proto.output_size(); ++i) {
    const std::string& name = proto.output(i);
    if (name.empty()) continue;
    if (i >= supported && uses_.contains(name)) node.refuse("its output {} is not supported", i + 1);
    if (values_.contains(name) || tensors_.contains(name)) node.refuse("'{}' is given already", printable(name));
  }
  if (proto.output_size() < 1) node.refuse("it gives nothing");
  if (!fold_constants(node)) {
    if (converter == nullptr) node.refuse("the operator {} of activations is not supported", node.op());
    converter(*this, node);
  }
  node.finish();
}

/// True if the node takes constants only, and gives one.
bool OnnxGraph::fold_constants(OnnxNode& node) {
  std::vector<std::optional<OnnxConstant>> constants;
  if (node.inputs() == 0 || !is_foldable(node.op())) return false;
  for (std::size_t i = 0; i < node.inputs(); ++i)
    if (!node.input(i).empty() && !is_constant(node.input(i))) return false;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    constants.emplace_back();
    if (!node.input(i).empty()) constants.back() = read_constant(file_, constant(node, i));
  }
  give_constant(node.proto().output(0), fold(node, constants));
  return true;
}

ImportedNetwork OnnxGraph::finish() {
  const auto found = values_.find(output_);
  if (found == values_.end()) fail_data("{}: no node gives its output '{}'", file_, printable(output_));
  OnnxValue& output = found->second;
  if (!output.layer) fail_data("{}: it has no layers", file_);
  if (std::erase(output.shape, 1) > 0 && output.shape.empty()) output.shape = {1};
  const Axes& axes = output.axes;
  if (!output.turn.is_plain())
    fail_data("{}: its output '{}' is in another order than its last layer gives, channels last", file_,
              printable(output_));
  if (output.shape.size() != 1 || !(axes.empty() || axes == "abf" || axes == "baf"))
    fail_data("{}: its output '{}' is of the shape {} (allowed: [images, classes], or a row a frame of sequences)",
              file_, printable(output_), describe(output));
  network_.spec.classes = output.shape[0];
  if (network_.state.parameters.empty()) fail_data("{}: it has no layer with weights", file_);
  try {
    network_.spec.check_graph();
  } catch (const BadUsage& error) {
    fail_data("{}: {}", file_, error.what());
  }
  network_.file = file_;
  network_.input = input_;
  return std::move(network_);
}

}  // namespace ohmcarlo
