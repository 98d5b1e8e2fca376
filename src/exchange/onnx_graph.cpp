#include "exchange/onnx_graph.hpp"

#include <algorithm>

#include <fmt/ranges.h>

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
  return shape.size() == 3 ? Planes{shape[0], shape[1], shape[2]} : Planes{shape[0], 1, 1};
}

ImportedNetwork OnnxGraph::read() {
  for (const onnx::TensorProto& tensor : graph_.initializer())
    if (!tensors_.emplace(tensor.name(), &tensor).second)
      fail_data("{}: two tensors are called '{}'", file_, printable(tensor.name()));
  if (graph_.sparse_initializer_size() > 0) fail_data("{}: its sparse tensors are not supported", file_);
  read_input();
  if (graph_.output_size() != 1) fail_data("{}: it has {} outputs (allowed: 1)", file_, graph_.output_size());
  output_ = graph_.output(0).name();
  for (const onnx::NodeProto* needed : find_needed_nodes()) convert(OnnxNode(file_, *needed));
  return finish();
}

void OnnxGraph::read_input() {
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
  if (type.elem_type() != onnx::TensorProto::FLOAT) fail_data("{}: it is no tensor of float32", what);
  const int rank = type.shape().dim_size();
  if (rank < 2 || rank > 4)
    fail_data(
        "{}: it has {} dimensions (allowed: [images, features], [images, channels, height, width], or of sequences "
        "[sequences, steps, features] or [steps, sequences, features])",
        what, rank);
  const Axes axes = rank == 3 ? "abf" : "";
  Sizes shape;
  for (int i = rank == 3 ? 2 : 1; i < rank; ++i) {
    const onnx::TensorShapeProto::Dimension& size = type.shape().dim(i);
    if (!size.has_dim_value())
      fail_data("{}: its dimension {} is dynamic (allowed: only {})", what, i + 1,
                rank == 3 ? "sequences and steps" : "the first one, the images");
    const Index most = rank == 4 ? kMostExtent : kMostFeatures;
    if (size.dim_value() < 1 || size.dim_value() > most)
      fail_data("{}: its dimension {} is {} (allowed: from 1 to {})", what, i + 1, size.dim_value(), most);
    shape.push_back(size.dim_value());
  }
  if (product_of(shape) > kMostFeatures) fail_data("{}: more than {} features", what, kMostFeatures);
  if (rank != 3 && type.shape().dim(0).has_dim_value()) images_ = type.shape().dim(0).dim_value();
  if (rank == 4) input_ = planes_of(shape);
  network_.spec.inputs = product_of(shape);
  values_[input->name()] = {std::nullopt, std::move(shape), axes};
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
    // The initial state of an LSTM is no activation: is_zeros() looks at it.
    const int taken = node.op_type() == "LSTM" ? std::min(node.input_size(), kInitialState) : node.input_size();
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
  if (converter == nullptr) node.refuse("the operator {} is not supported", printable(node.op()));
  const int supported = node.op() == "LSTM" ? 2 : 1;
  for (int i = 0; i < proto.output_size(); ++i) {
    const std::string& name = proto.output(i);
    if (name.empty()) continue;
    if (i >= supported && uses_.contains(name)) node.refuse("its output {} is not supported", i + 1);
    if (values_.contains(name) || tensors_.contains(name)) node.refuse("'{}' is given already", printable(name));
  }
  if (proto.output_size() < 1) node.refuse("it gives nothing");
  converter(*this, node);
  node.finish();
}

ImportedNetwork OnnxGraph::finish() {
  const auto found = values_.find(output_);
  if (found == values_.end()) fail_data("{}: no node gives its output '{}'", file_, printable(output_));
  const OnnxValue& output = found->second;
  if (!output.layer) fail_data("{}: it has no layers", file_);
  const Axes& axes = output.axes;
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
