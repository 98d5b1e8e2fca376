#include "exchange/onnx.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/ranges.h>

#include "exchange/file_bytes.hpp"
#include "exchange/onnx_node.hpp"
#include "exchange/onnx_sequences.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

constexpr std::int64_t kOldestOperators = 7, kNewestOperators = 22;
constexpr std::int64_t kOldestIr = 3;
/// No window or padding is larger, nor a side or the number of planes: their products do not overflow.
constexpr Index kMostExtent = 100000;
constexpr Index kMostFeatures = 100000000;
constexpr int kInitialState = 5;  ///< the first of two inputs of an LSTM

using Sizes = std::vector<Index>;

/// What a node of the graph gives: activations of every image, or of every frame of sequences.
struct Value {
  std::optional<std::size_t> layer;  ///< whose outputs they are; none: the input of the network
  Sizes shape;                       ///< of one image: [features] or [channels, height, width]; of a frame: [features]
  Axes axes{};                       ///< of sequences
};

/// The shape of all activations, for messages.
std::string describe(const Value& value) {
  std::vector<std::string> sizes = {"images"};
  if (!value.axes.empty()) sizes.clear();
  for (const char axis : value.axes)
    if (axis != 'f') sizes.emplace_back(axis == '1' ? "1" : "frames");
  for (const Index size : value.shape) sizes.push_back(std::to_string(size));
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

/// Of sizes up to kMost; kMost if it is larger.
Index product(const Sizes& shape) {
  constexpr Index kMost = Index{1} << 31;
  Index all = 1;
  for (const Index size : shape) all = std::min(kMost, all * size);
  return all;
}

/// Features without shape are channels of one cell each, as in network/architecture.cpp.
Planes planes(const Sizes& shape) {
  return shape.size() == 3 ? Planes{shape[0], shape[1], shape[2]} : Planes{shape[0], 1, 1};
}

class GraphReader {
 public:
  GraphReader(std::string file, const onnx::GraphProto& graph) : file_(std::move(file)), graph_(graph) {}

  ImportedNetwork read() {
    for (const onnx::TensorProto& tensor : graph_.initializer())
      if (!tensors_.emplace(tensor.name(), &tensor).second)
        fail_data("{}: two tensors are called '{}'", file_, printable(tensor.name()));
    if (graph_.sparse_initializer_size() > 0) fail_data("{}: its sparse tensors are not supported", file_);
    read_input();
    if (graph_.output_size() != 1) fail_data("{}: it has {} outputs (allowed: 1)", file_, graph_.output_size());
    output_ = graph_.output(0).name();
    for (const onnx::NodeProto* needed : needed_nodes()) read_node(OnnxNode(file_, *needed));
    return finish();
  }

 private:
  using Reading = void (GraphReader::*)(OnnxNode&);

  /// Operators by name. One whose layer this program comes to know is added here.
  static Reading reading_of(const std::string& op) {
    static const std::map<std::string, Reading> known = {
        {"Abs", &GraphReader::read_activation},
        {"Add", &GraphReader::read_addition},
        {"AveragePool", &GraphReader::read_pooling},
        {"BatchNormalization", &GraphReader::read_normalisation},
        {"Constant", &GraphReader::read_constant},
        {"Conv", &GraphReader::read_convolution},
        {"Dropout", &GraphReader::read_dropout},
        {"Flatten", &GraphReader::read_flatten},
        {"Gather", &GraphReader::read_gather},
        {"Gemm", &GraphReader::read_gemm},
        {"GlobalAveragePool", &GraphReader::read_global_pooling},
        {"Identity", &GraphReader::read_identity},
        {"LogSoftmax", &GraphReader::read_softmax},
        {"LSTM", &GraphReader::read_lstm},
        {"MatMul", &GraphReader::read_product},
        {"MaxPool", &GraphReader::read_pooling},
        {"Pad", &GraphReader::read_padding},
        {"Relu", &GraphReader::read_activation},
        {"Reshape", &GraphReader::read_reshape},
        {"Sigmoid", &GraphReader::read_activation},
        {"Softmax", &GraphReader::read_softmax},
        {"Squeeze", &GraphReader::read_squeeze},
        {"Tanh", &GraphReader::read_activation},
        {"Transpose", &GraphReader::read_transpose},
    };
    const auto found = known.find(op);
    return found == known.end() ? nullptr : found->second;
  }

  // ---- the graph ----

  void read_input() {
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
    if (product(shape) > kMostFeatures) fail_data("{}: more than {} features", what, kMostFeatures);
    if (rank != 3 && type.shape().dim(0).has_dim_value()) images_ = type.shape().dim(0).dim_value();
    if (rank == 4) input_ = planes(shape);
    network_.spec.inputs = product(shape);
    values_[input->name()] = {std::nullopt, std::move(shape), axes};
  }

  /// The nodes that the output depends on, in the order of the file, which is one of computation.
  std::vector<const onnx::NodeProto*> needed_nodes() {
    std::set<std::string> wanted{output_};
    uses_[output_] = 1;
    std::vector<const onnx::NodeProto*> needed;
    for (int i = graph_.node_size(); i-- > 0;) {
      const onnx::NodeProto& node = graph_.node(i);
      if (std::ranges::none_of(node.output(), [&](const std::string& name) { return wanted.contains(name); })) continue;
      needed.push_back(&node);
      // The initial state of an LSTM is no activation: zeros() looks at it.
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

  void read_node(OnnxNode node) {
    const onnx::NodeProto& proto = node.proto();
    if (!proto.domain().empty() && proto.domain() != "ai.onnx")
      node.refuse("the operator of the domain {} is not supported", printable(proto.domain()));
    const Reading reading = reading_of(node.op());
    if (reading == nullptr) node.refuse("the operator {} is not supported", printable(node.op()));
    const int supported = node.op() == "LSTM" ? 2 : 1;
    for (int i = 0; i < proto.output_size(); ++i) {
      const std::string& name = proto.output(i);
      if (name.empty()) continue;
      if (i >= supported && uses_.contains(name)) node.refuse("its output {} is not supported", i + 1);
      if (values_.contains(name) || tensors_.contains(name)) node.refuse("'{}' is given already", printable(name));
    }
    if (proto.output_size() < 1) node.refuse("it gives nothing");
    (this->*reading)(node);
    node.finish();
  }

  ImportedNetwork finish() {
    const auto found = values_.find(output_);
    if (found == values_.end()) fail_data("{}: no node gives its output '{}'", file_, printable(output_));
    const Value& output = found->second;
    if (!output.layer) fail_data("{}: it has no layers", file_);
    const Axes& axes = output.axes;
    if (output.shape.size() != 1 || !(axes.empty() || axes == "abf" || axes == "baf"))
      fail_data("{}: its output '{}' is of the shape {} (allowed: [images, classes], or a row a frame of sequences)",
                file_, printable(output_), describe(output));
    network_.spec.classes = output.shape[0];
    if (network_.state.parameters.empty()) fail_data("{}: it has no layer with weights", file_);
    try {
      network_.spec.check_graph();
    } catch (const Error& error) {
      fail_data("{}: {}", file_, error.what());
    }
    network_.file = file_;
    network_.input = input_;
    return std::move(network_);
  }

  // ---- values and tensors ----

  const Value& activations(const OnnxNode& node, std::size_t i) {
    const auto found = values_.find(node.input(i));
    if (found != values_.end()) return found->second;
    if (tensors_.contains(node.input(i))) node.refuse("its input {} is a constant (allowed: activations)", i + 1);
    node.refuse("no node before it gives its input {} ('{}')", i + 1, printable(node.input(i)));
  }

  const onnx::TensorProto& constant(const OnnxNode& node, std::size_t i) {
    const auto found = tensors_.find(node.input(i));
    if (found == tensors_.end())
      node.refuse("its input {} ('{}') is no constant of the file", i + 1, printable(node.input(i)));
    return *found->second;
  }

  OnnxTensor floats(const OnnxNode& node, std::size_t i) { return read_floats(file_, constant(node, i)); }

  /// A tensor of one dimension with `count` numbers.
  Vector<float> vector(const OnnxNode& node, std::size_t i, Index count) {
    const OnnxTensor tensor = floats(node, i);
    if (tensor.shape != Sizes{count})
      node.refuse("its input {} is of the shape [{}] (allowed: [{}])", i + 1, fmt::join(tensor.shape, ", "), count);
    return Eigen::Map<const Vector<float>>(tensor.values.data(), count);
  }

  void require_rank(const OnnxNode& node, const Value& value, std::size_t rank) {
    if (value.shape.size() != rank)
      node.refuse("its input is of the shape {} (allowed: [images, {}])", describe(value),
                  rank == 1 ? "features" : "channels, height, width");
  }

  void require_images(const OnnxNode& node, const Value& value) {
    if (!value.axes.empty())
      node.refuse("its input is of the shape {}, frames of sequences, which it does not take", describe(value));
  }

  /// Frames of sequences.
  const Value& frames(const OnnxNode& node, std::size_t i) {
    const Value& value = activations(node, i);
    if (value.axes.empty()) node.refuse("its input is of the shape {} (allowed: frames of sequences)", describe(value));
    return value;
  }

  void give(const OnnxNode& node, Value value, int output = 0) {
    if (output >= node.proto().output_size() || node.proto().output(output).empty()) return;
    if (value.axes == "af" || value.axes == "bf") value.axes.clear();  // a sequence has one: as an image
    values_[node.proto().output(output)] = std::move(value);
  }

  std::string name(const std::string& kind) { return fmt::format("{}{}", kind, ++counts_[kind]); }

  /// Adds the layer that `make` describes, on the activations `from`.
  template <class Make>
  std::size_t push(const OnnxNode& node, const Value& from, const Make& make) {
    std::vector<Node>& layers = network_.spec.layers;
    const std::size_t number = layers.size();
    std::vector<std::size_t> inputs{from.layer.value_or(kNetworkInput)};
    try {
      Node layer = make();
      if (layer.inputs.empty()) layer.inputs = std::move(inputs);
      layers.push_back(std::move(layer));
    } catch (const Error& error) {
      node.refuse("{}", error.what());
    }
    if (layers[number].out().features > kMostFeatures) node.refuse("it gives more than {} features", kMostFeatures);
    if (!from.layer && number > 0)
      node.refuse("the input of the network goes to more than one operator, which is not supported");
    return number;
  }

  /// The same for a layer whose outputs are what the node gives, in planes or (`flat`) as features.
  template <class Make>
  void push_and_give(const OnnxNode& node, const Value& from, const Make& make) {
    const std::size_t number = push(node, from, make);
    const Node& layer = network_.spec.layers[number];
    const Planes out = layer.out().planes;
    const bool flat = from.shape.size() == 1;
    give(node, {number, flat ? Sizes{layer.out().features} : Sizes{out.channels, out.height, out.width}, from.axes});
  }

  // ---- layers with weights ----

  void keep_parameters(const OnnxNode& node, Matrix<float> weights, Vector<float> bias) {
    products_[node.proto().output(0)] = network_.state.parameters.size();
    network_.state.parameters.push_back({std::move(weights), std::move(bias)});
  }

  void add_dense(OnnxNode& node, const Value& from, Matrix<float> weights, Vector<float> bias, bool biased) {
    require_rank(node, from, 1);
    if (!from.axes.empty() && from.axes.back() != 'f') node.refuse("the features of frames are not their last axis");
    if (weights.cols() != from.shape[0])
      node.refuse("its matrix takes {} features, but there are {}", weights.cols(), from.shape[0]);
    push_and_give(node, from, [&] { return dense(name("dense"), weights.cols(), weights.rows(), biased); });
    keep_parameters(node, std::move(weights), std::move(bias));
  }

  /// The matrix that is input 1, [outputs, inputs].
  Matrix<float> matrix(const OnnxNode& node, bool transposed) {
    const OnnxTensor tensor = floats(node, 1);
    if (tensor.shape.size() != 2 || product(tensor.shape) == 0)
      node.refuse("its input 2 is of the shape [{}] (allowed: a matrix)", fmt::join(tensor.shape, ", "));
    const Eigen::Map<const Matrix<float>> stored(tensor.values.data(), tensor.shape[0], tensor.shape[1]);
    if (transposed) return stored;
    return stored.transpose();
  }

  void read_product(OnnxNode& node) {
    Matrix<float> weights = matrix(node, false);
    const Index outputs = weights.rows();
    add_dense(node, activations(node, 0), std::move(weights), Vector<float>::Zero(outputs), false);
  }

  void read_gemm(OnnxNode& node) {
    const auto alpha = static_cast<float>(node.real("alpha", 1)), beta = static_cast<float>(node.real("beta", 1));
    if (node.integer("transA", 0) != 0) node.refuse("its activations are transposed, which is not supported");
    Matrix<float> weights = alpha * matrix(node, node.integer("transB", 0) != 0);
    const Index outputs = weights.rows();
    Vector<float> bias = Vector<float>::Zero(outputs);
    const bool biased = !node.input(2).empty();
    if (biased) bias = beta * spread(node, 2, {outputs});
    if (!weights.allFinite() || !bias.allFinite()) node.refuse("alpha or beta lead to infinite weights");
    require_images(node, activations(node, 0));
    add_dense(node, activations(node, 0), std::move(weights), std::move(bias), biased);
  }

  /// Input `i` as one number a channel of activations of this shape.
  Vector<float> spread(const OnnxNode& node, std::size_t i, const Sizes& shape) {
    const OnnxTensor tensor = floats(node, i);
    Sizes sizes = tensor.shape;
    while (!sizes.empty() && sizes.front() == 1 && sizes.size() > shape.size()) sizes.erase(sizes.begin());
    if (product(sizes) == 1 && sizes.size() <= shape.size()) return Vector<float>::Constant(shape[0], tensor.values[0]);
    const Sizes a_channel = shape.size() == 1 ? Sizes{shape[0]} : Sizes{shape[0], 1, 1};
    if (sizes != a_channel)
      node.refuse("its constant is of the shape [{}] (allowed: one number a channel)", fmt::join(tensor.shape, ", "));
    return Eigen::Map<const Vector<float>>(tensor.values.data(), shape[0]);
  }

  void read_convolution(OnnxNode& node) {
    const Value& from = activations(node, 0);
    require_rank(node, from, 3);
    const Planes in = planes(from.shape);
    const OnnxTensor kernels = floats(node, 1);
    const Sizes& k = kernels.shape;
    if (k.size() != 4 || product(k) == 0 || k[0] > kMostExtent)
      node.refuse("its input 2 is of the shape [{}] (allowed: [channels out, channels in, size, size])",
                  fmt::join(k, ", "));
    const Index groups = node.integer("group", 1);
    const Sizes size = node.integers("kernel_shape", {k[2], k[3]});
    if (size != Sizes{k[2], k[3]})
      node.refuse("kernel_shape is [{}], but the weights have [{}, {}]", fmt::join(size, ", "), k[2], k[3]);
    const Window window = read_window(node, in, size);
    const bool biased = !node.input(2).empty();
    const std::size_t number = network_.spec.layers.size();
    push_and_give(node, from, [&] { return convolution(name("conv"), in, k[0], window, groups, biased); });
    const Index columns = network_.spec.layers[number].weight_inputs();
    if (k[1] * k[2] * k[3] != columns)
      node.refuse("its weights are for {} channels, but there are {} in each of {} groups", k[1], in.channels / groups,
                  groups);
    Vector<float> bias = Vector<float>::Zero(k[0]);
    if (biased) bias = vector(node, 2, k[0]);
    keep_parameters(node, Eigen::Map<const Matrix<float>>(kernels.values.data(), k[0], columns), std::move(bias));
  }

  /// Of two activations, or of a bias to the product that gave the only other one.
  void read_addition(OnnxNode& node) {
    const bool first = values_.contains(node.input(0)), second = values_.contains(node.input(1));
    if (first != second && tensors_.contains(node.input(first ? 1 : 0))) {
      add_bias(node, first ? 0 : 1);
      return;
    }
    const Value a = activations(node, 0), b = activations(node, 1);
    if (!a.layer || !b.layer) node.refuse("it adds the input of the network, which is not supported");
    if (a.shape != b.shape || a.axes != b.axes)
      node.refuse("it adds {} and {} (allowed: the same shape)", describe(a), describe(b));
    const bool later = *a.layer > *b.layer;
    const Value &from = later ? a : b, &other = later ? b : a;
    push_and_give(node, from, [&] { return addition(name("add"), planes(from.shape), *from.layer, *other.layer); });
  }

  void add_bias(const OnnxNode& node, std::size_t i) {
    const Value value = activations(node, i);
    const auto product = products_.find(node.input(i));
    if (product == products_.end() || uses_[node.input(i)] > 1)
      node.refuse("it adds a constant, but not to a product that nothing else takes (allowed: a bias)");
    network_.state.parameters[product->second].bias += spread(node, 1 - i, value.shape);
    Node& product_layer = network_.spec.layers[*value.layer];
    product_layer.operation = product_layer.operation->with_biases();
    give(node, value);
  }

  void read_normalisation(OnnxNode& node) {
    const Value& from = activations(node, 0);
    require_images(node, from);
    const Index channels = from.shape[0];
    (void)node.real("momentum", 0.9);  // of the running statistics: only training moves them
    if (node.integer("training_mode", 0) != 0) node.refuse("it normalises by the batch, as in training");
    if (node.integer("spatial", 1) != 1) node.refuse("its statistics are not those of channels");
    const double epsilon = node.real("epsilon", 1e-5);
    NormalisationParameters<float> learnt{vector(node, 1, channels), vector(node, 2, channels)};
    RunningStatistics<float> running{vector(node, 3, channels), vector(node, 4, channels)};
    for (Index c = 0; c < channels; ++c) {
      // What the file divides by, as a variance of our own epsilon; where that is too large, gamma takes the rest.
      const double divisor = static_cast<double>(running.variance(c)) + epsilon;
      if (running.variance(c) < 0 || !(divisor > 0))
        node.refuse("the variance of channel {} is {}, epsilon {}", c, running.variance(c), epsilon);
      const double variance = std::max(0.0, divisor - kNormalisationEpsilon);
      running.variance(c) = static_cast<float>(variance);
      learnt.gamma(c) *= static_cast<float>(std::sqrt((variance + kNormalisationEpsilon) / divisor));
    }
    if (!learnt.gamma.allFinite()) node.refuse("its scale is infinite");
    push_and_give(node, from, [&] { return batch_normalisation(name("norm"), planes(from.shape)); });
    network_.state.normalisations.parameters.push_back(std::move(learnt));
    network_.state.normalisations.running.push_back(std::move(running));
  }

  // ---- sequences ----

  void read_lstm(OnnxNode& node) {
    const Value from = frames(node, 0);
    static const std::vector<std::string> kActivations = {"Sigmoid", "Tanh", "Tanh"};
    if (const std::string way = node.text("direction", "forward"); way != "forward")
      node.refuse("direction is '{}' (allowed: forward)", printable(way));
    if (node.texts("activations", kActivations) != kActivations)
      node.refuse("its activations are not {}", fmt::join(kActivations, ", "));
    if (node.integer("input_forget", 0) != 0) node.refuse("its input and forget gates are coupled");
    if (!node.input(4).empty()) node.refuse("it takes lengths of sequences (allowed: none, they come with the data)");
    for (int i = kInitialState; i < kInitialState + 2; ++i)
      if (!zeros(node.input(static_cast<std::size_t>(i)), graph_.node_size()))
        node.refuse("its initial state ('{}') is not known to be zero",
                    printable(node.input(static_cast<std::size_t>(i))));
    if (!node.input(7).empty()) node.refuse("its peepholes are not supported");
    const bool sequences_first = node.integer("layout", 0) != 0;
    if (from.axes != "abf" && from.axes != "baf")
      node.refuse("its input is of the shape {} (allowed: [{}, features])", describe(from),
                  sequences_first ? "sequences, steps" : "steps, sequences");
    const char first = from.axes[0], second = from.axes[1];
    const char sequences = sequences_first ? first : second, steps = sequences_first ? second : first;
    if (steps_ && *steps_ != steps) node.refuse("its time steps are what another LSTM takes for sequences");
    steps_ = steps;

    std::optional<OnnxTensor> biases;
    if (!node.input(3).empty()) biases = floats(node, 3);
    LayerParameters<float> parameters = lstm_parameters(node, floats(node, 1), floats(node, 2), biases, from.shape[0]);
    const Index cells = parameters.bias.size() / 4;
    if (node.integer("hidden_size", cells) != cells) node.refuse("hidden_size is not {}, that of its weights", cells);
    const std::size_t number = push(node, from, [&] { return lstm(name("lstm"), planes(from.shape), cells); });
    network_.state.parameters.push_back(std::move(parameters));
    const Value all{
        number, {cells}, sequences_first ? Axes{sequences, steps, '1', 'f'} : Axes{steps, '1', sequences, 'f'}};
    give(node, all);
    if (node.proto().output_size() < 2 || !uses_.contains(node.proto().output(1))) return;
    give(node, {last_of(node, all), {cells}, sequences_first ? Axes{sequences, '1', 'f'} : Axes{'1', sequences, 'f'}},
         1);
  }

  std::size_t last_of(const OnnxNode& node, const Value& all) {
    return push(node, all, [&] { return last_frame(name("last"), planes(all.shape)); });
  }

  /// Whether `name`, given by a node before number `before`, is zeros, of whatever sizes: torch computes those of an
  /// initial state while the network runs.
  bool zeros(const std::string& name, int before) {
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
      if (kKeeping.contains(node.op_type()) && node.input_size() > 0) return zeros(node.input(0), i);
      if (node.op_type() == "ConstantOfShape" && node.attribute_size() == 0) return true;
      OnnxNode constant(file_, node);
      return (node.op_type() == "ConstantOfShape" || node.op_type() == "Constant") && zero(constant.tensor("value"));
    }
    return false;
  }

  void read_transpose(OnnxNode& node) {
    const Value& from = frames(node, 0);
    give(node, {from.layer, from.shape, permuted(node, from.axes)});
  }

  void read_squeeze(OnnxNode& node) {
    const Value& from = frames(node, 0);
    const Sizes axes = node.inputs() > 1 ? read_integers(file_, constant(node, 1)) : node.integers("axes", {});
    if (axes.empty()) node.refuse("it does not say which axes it takes away");
    give(node, {from.layer, from.shape, squeezed(node, from.axes, axes)});
  }

  /// The last time step, or the only direction.
  void read_gather(OnnxNode& node) {
    const Value& from = frames(node, 0);
    const auto rank = static_cast<Index>(from.axes.size());
    const Index axis = node.integer("axis", 0), at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank) node.refuse("axis is {}, of {}", axis, rank);
    const onnx::TensorProto& indices = constant(node, 1);
    const char taken = from.axes[static_cast<std::size_t>(at)];
    const bool last = read_integers(file_, indices) == Sizes{-1};
    if (!(taken == '1' && (last || read_integers(file_, indices) == Sizes{0})) && !(last && steps_ && taken == *steps_))
      node.refuse("it takes others than the last time step of an LSTM's outputs (allowed: index -1)");
    Value left{from.layer, from.shape, from.axes};
    if (taken != '1') left.layer = last_of(node, from);
    left.axes[static_cast<std::size_t>(at)] = '1';
    if (indices.dims_size() == 0) left.axes.erase(static_cast<std::size_t>(at), 1);
    give(node, std::move(left));
  }

  // ---- windows ----

  /// The one number of a pair, or of all sides.
  Index same(const OnnxNode& node, const char* what, const Sizes& numbers, std::size_t count) {
    if (numbers.size() != count || std::ranges::adjacent_find(numbers, std::not_equal_to<>()) != numbers.end() ||
        numbers[0] < 0 || numbers[0] > kMostExtent)
      node.refuse("{} is [{}] (allowed: {} times one number up to {})", what, fmt::join(numbers, ", "), count,
                  kMostExtent);
    return numbers[0];
  }

  Window read_window(OnnxNode& node, Planes in, const Sizes& size) {
    Window window;
    window.size = same(node, "the size of the window", size, 2);
    window.stride = same(node, "strides", node.integers("strides", {1, 1}), 2);
    if (window.size < 1 || window.stride < 1) node.refuse("its window or its stride is 0");
    if (same(node, "dilations", node.integers("dilations", {1, 1}), 2) != 1)
      node.refuse("dilations other than 1 are not supported");
    const std::string padding = node.text("auto_pad", "NOTSET");
    Sizes pads = node.integers("pads", {0, 0, 0, 0});
    if (padding == "SAME_UPPER" || padding == "SAME_LOWER") {
      pads = {};
      for (const Index length : {in.height, in.width}) {
        const Index all = std::max<Index>(0, ((length - 1) / window.stride) * window.stride + window.size - length);
        pads.insert(pads.end(), {all / 2, all - all / 2});
      }
    } else if (padding != "NOTSET" && padding != "VALID") {
      node.refuse("auto_pad is '{}'", printable(padding));
    }
    window.padding = same(node, "pads", pads, 4);
    return window;
  }

  void read_pooling(OnnxNode& node) {
    const Value& from = activations(node, 0);
    require_rank(node, from, 3);
    const Planes in = planes(from.shape);
    const bool largest = node.op() == "MaxPool";
    const Window window = read_window(node, in, node.integers("kernel_shape", {}));
    // Where the last place of the window is at the very edge, rounding up changes nothing.
    const auto fits = [&](Index length) { return (length + 2 * window.padding - window.size) % window.stride == 0; };
    if (node.integer("ceil_mode", 0) != 0 && !(fits(in.height) && fits(in.width)))
      node.refuse("ceil_mode is 1, and a window goes over the edge, which is not supported");
    if (largest) {
      (void)node.integer("storage_order", 0);  // of the second output
    } else if (node.integer("count_include_pad", 0) == 0 && window.padding > 0) {
      node.refuse("its padding does not count in the mean (allowed: count_include_pad = 1, or no padding)");
    }
    push_and_give(node, from, [&] {
      return largest ? max_pooling(name("pool"), in, window) : average_pooling(name("pool"), in, window);
    });
  }

  /// torch puts one that adds nothing before every mean.
  void read_padding(OnnxNode& node) {
    (void)node.text("mode", "constant");
    (void)node.real("value", 0);
    const Sizes pads = node.inputs() > 1 ? read_integers(file_, constant(node, 1)) : node.integers("pads", {});
    if (std::ranges::any_of(pads, [](Index cells) { return cells != 0; }))
      node.refuse("it adds [{}] cells (allowed: none, but padding of windows)", fmt::join(pads, ", "));
    give(node, Value(activations(node, 0)));
  }

  void read_global_pooling(OnnxNode& node) {
    const Value& from = activations(node, 0);
    require_rank(node, from, 3);
    push_and_give(node, from, [&] { return global_average_pooling(name("pool"), planes(from.shape)); });
  }

  // ---- layers without weights ----

  void read_activation(OnnxNode& node) {
    static const std::map<std::string, const char*> words = {
        {"Relu", "relu"}, {"Abs", "abs"}, {"Sigmoid", "sigmoid"}, {"Tanh", "tanh"}};
    const char* const word = words.at(node.op());
    const Value& from = activations(node, 0);
    push_and_give(node, from,
                  [&] { return activation(word, name(word), planes(from.shape)); });
  }

  /// Drops nothing in evaluation; further training does.
  void read_dropout(OnnxNode& node) {
    const Value& from = activations(node, 0);
    double rate = node.real("ratio", 0.5);  // before operator set 12
    if (!node.input(1).empty()) {
      const OnnxTensor ratio = floats(node, 1);
      if (ratio.values.size() != 1) node.refuse("its ratio is not one number");
      rate = static_cast<double>(ratio.values[0]);
    }
    if (!node.input(2).empty() && read_integers(file_, constant(node, 2)) != Sizes{0})
      node.refuse("it drops values as in training");
    (void)node.integer("seed", 0);
    push_and_give(node, from, [&] { return dropout(name("dropout"), planes(from.shape), rate); });
  }

  void read_flatten(OnnxNode& node) {
    const Value& from = activations(node, 0);
    require_images(node, from);
    const Index axis = node.integer("axis", 1), rank = static_cast<Index>(from.shape.size()) + 1;
    if (axis != 1 && axis != 1 - rank) node.refuse("axis is {} (allowed: 1, so that images stay apart)", axis);
    reshape(node, from, {product(from.shape)});
  }

  void read_reshape(OnnxNode& node) {
    const Value& from = activations(node, 0);
    const bool copies = node.integer("allowzero", 0) == 0;
    Sizes target = read_integers(file_, constant(node, 1));
    if (!from.axes.empty()) {
      give(node, {from.layer, from.shape, reshaped(node, from.axes, from.shape[0], target, copies)});
      return;
    }
    const auto wrong = [&] {
      node.refuse("it gives [{}] (allowed: [images, features] or [images, channels, height, width])",
                  fmt::join(target, ", "));
    };
    if (target.size() != 2 && target.size() != 4) wrong();
    const Index images = target[0];
    Sizes shape(target.begin() + 1, target.end());
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && copies && i < from.shape.size()) shape[i] = from.shape[i];
      if (shape[i] != -1 && (shape[i] < 1 || shape[i] > kMostFeatures)) wrong();
    }
    const auto open = std::ranges::find(shape, -1);
    if (images != -1 && !(images == 0 && copies) && images != images_)
      node.refuse("it fixes the number of images to {}", images);
    if (open != shape.end()) {
      if (images == -1) wrong();
      *open = 1;
      if (product(from.shape) % product(shape) != 0) wrong();
      *open = product(from.shape) / product(shape);
    }
    if (product(shape) != product(from.shape)) wrong();
    reshape(node, from, std::move(shape));
  }

  /// Activations lie in one order whatever their shape: a layer is needed only where two layers disagree on planes.
  void reshape(const OnnxNode& node, const Value& from, Sizes shape) {
    std::optional<std::size_t> layer = from.layer;
    const Planes before = planes(from.shape);
    if (layer && !(before == planes(shape))) layer = push(node, from, [&] { return flatten(name("flatten"), before); });
    give(node, {layer, std::move(shape)});
  }

  void read_softmax(OnnxNode& node) {
    const Value value = activations(node, 0);
    require_rank(node, value, 1);
    const Index axis = node.integer("axis", -1), features = value.axes.empty() ? 1 : 2;
    if (axis != features && axis != -1) node.refuse("axis is {} (allowed: {})", axis, features);
    if (node.proto().output(0) != output_) node.refuse("it is not the last operator");
    give(node, value);
  }

  void read_identity(OnnxNode& node) {
    if (const auto found = tensors_.find(node.input(0)); found != tensors_.end())
      tensors_.emplace(node.proto().output(0), found->second);
    else
      give(node, Value(activations(node, 0)));
  }

  void read_constant(OnnxNode& node) { tensors_.emplace(node.proto().output(0), &node.tensor("value")); }

  std::string file_;
  const onnx::GraphProto& graph_;
  std::string output_;
  std::optional<Index> images_;  ///< that the file was made for; none: any number
  std::optional<char> steps_;    ///< which of the axes a and b are time steps, once an LSTM has said it
  Planes input_;
  std::map<std::string, const onnx::TensorProto*> tensors_;
  std::map<std::string, Value> values_;
  std::map<std::string, int> uses_;              ///< of every name that the output depends on: how many take it
  std::map<std::string, std::size_t> products_;  ///< names of what weight layers give: their parameters
  std::map<std::string, int> counts_;
  ImportedNetwork network_;
};

void check_versions(const std::string& file, const onnx::ModelProto& model) {
  if (!model.has_graph() || !model.has_ir_version() || model.opset_import_size() == 0)
    fail_data("{}: not an ONNX file, or cut", file);
  if (model.ir_version() < kOldestIr)
    fail_data("{}: ONNX of IR version {} (allowed: {} and later)", file, model.ir_version(), kOldestIr);
  bool found = false;
  for (const onnx::OperatorSetIdProto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    found = true;
    if (set.version() < kOldestOperators || set.version() > kNewestOperators)
      fail_data("{}: ONNX operators of set {} (allowed: {} to {})", file, set.version(), kOldestOperators,
                kNewestOperators);
  }
  if (!found) fail_data("{}: it does not use the operators of ONNX itself", file);
}

}  // namespace

ImportedNetwork read_onnx(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::vector<std::byte> bytes = file_bytes(path);
  onnx::ModelProto model;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    fail_data("{}: not an ONNX file, or cut", file);
  check_versions(file, model);
  ImportedNetwork network = GraphReader(file, model.graph()).read();
  network.content = content_sha256(bytes);
  return network;
}

}  // namespace ohmcarlo
