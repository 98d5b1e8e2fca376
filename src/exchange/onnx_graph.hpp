#pragma once
// The pass over the graph of an ONNX file, which its operators' converters (exchange/onnx/) add nodes to; private to
// exchange/.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exchange/onnx.hpp"
#include "exchange/onnx_node.hpp"
#include "exchange/onnx_sequences.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {

/// No window or padding is larger, nor a side or the number of planes: their products do not overflow.
inline constexpr Index kMostExtent = 100000;
inline constexpr Index kMostFeatures = 100000000;
inline constexpr int kInitialState = 5;  ///< the first of two inputs of an LSTM

using Sizes = std::vector<Index>;

/// What a node of the file gives: activations of every image, or of every frame of sequences.
struct OnnxValue {
  std::optional<std::size_t> layer;  ///< whose outputs they are; none: the input of the network
  Sizes shape;                       ///< of one image: [features] or [channels, height, width]; of a frame: [features]
  Axes axes{};                       ///< of sequences
};

/// The shape of all activations, for messages.
[[nodiscard]] std::string describe(const OnnxValue& value);
/// The product of sizes up to 2^31; 2^31 if it is larger.
[[nodiscard]] Index product_of(const Sizes& sizes);
/// Planes of activations of this shape; features without planes are channels of one cell each.
[[nodiscard]] Planes planes_of(const Sizes& shape);

/// The graph of a file and the network that is made of it. Every function of a node refuses (throws BadData that names
/// the file and the node) what it does not find as it should be.
class OnnxGraph {
 public:
  OnnxGraph(std::string file, const onnx::GraphProto& graph) : file_(std::move(file)), graph_(graph) {}

  /// Converts node after node of those that the output depends on.
  [[nodiscard]] ImportedNetwork read();

  // What a node takes.

  [[nodiscard]] const OnnxValue& activations(const OnnxNode& node, std::size_t i) const;
  /// Activations that are frames of sequences.
  [[nodiscard]] const OnnxValue& frames(const OnnxNode& node, std::size_t i) const;
  [[nodiscard]] bool is_activations(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] bool is_constant(const std::string& name) const { return tensors_.contains(name); }
  [[nodiscard]] const onnx::TensorProto& constant(const OnnxNode& node, std::size_t i) const;
  [[nodiscard]] OnnxTensor floats(const OnnxNode& node, std::size_t i) const {
    return read_floats(file_, constant(node, i));
  }
  [[nodiscard]] std::vector<Index> integers(const OnnxNode& node, std::size_t i) const {
    return read_integers(file_, constant(node, i));
  }
  /// Input `i`, a tensor of one dimension with `count` numbers.
  [[nodiscard]] Vector<float> vector(const OnnxNode& node, std::size_t i, Index count) const;
  /// Input `i` as one number a channel of activations of this shape.
  [[nodiscard]] Vector<float> spread(const OnnxNode& node, std::size_t i, const Sizes& shape) const;
  /// Whether the constant `name` is zeros, of whatever sizes, also where nodes compute it: torch does so with the
  /// initial states of an LSTM.
  [[nodiscard]] bool is_zeros(const std::string& name) const { return is_zeros(name, graph_.node_size()); }
  /// How many nodes that the output depends on take `name`.
  [[nodiscard]] int count_uses(const std::string& name) const;
  [[nodiscard]] bool is_output(const std::string& name) const { return name == output_; }

  // What a node gives.

  /// The activations of output number `output` of the node.
  void give(const OnnxNode& node, OnnxValue value, int output = 0);
  void give_constant(const std::string& name, const onnx::TensorProto& tensor) { tensors_.emplace(name, &tensor); }
  /// The next name of a layer of this kind: dense1, dense2 ...
  [[nodiscard]] std::string next_name(const std::string& kind);
  /// Adds the layer that `make` describes, on the activations `from`; what `make` throws is told of the node.
  template <class Make>
  std::size_t push(const OnnxNode& node, const OnnxValue& from, const Make& make) {
    try {
      return add(node, from, make());
    } catch (const BadUsage& error) {
      node.refuse("{}", error.what());
    }
  }
  /// Adds a layer whose outputs are what the node gives, in planes or (of activations without them) as features.
  template <class Make>
  std::size_t push_and_give(const OnnxNode& node, const OnnxValue& from, const Make& make) {
    const std::size_t number = push(node, from, make);
    const FeatureShape& out = network_.spec.layers[number].out();
    const auto& [channels, height, width] = out.planes;
    give(node, {number, from.shape.size() == 1 ? Sizes{out.features} : Sizes{channels, height, width}, from.axes});
    return number;
  }
  /// Keeps the parameters of the layer pushed last.
  void keep_parameters(LayerParameters<float> parameters);
  /// Keeps the parameters of the layer pushed last, whose outputs, those of the node, a node behind it may add biases
  /// to (add_bias).
  void keep_product(const OnnxNode& node, Matrix<float> weights, Vector<float> bias);
  /// Adds a constant, input 1 - i, to the biases of input i, the product of a node that nothing else takes.
  void add_bias(const OnnxNode& node, std::size_t i);
  /// Keeps the parameters and statistics of the normalisation pushed last.
  void keep_normalisation(NormalisationParameters<float> learnt, RunningStatistics<float> running);

  [[nodiscard]] const Node& layer(std::size_t number) const { return network_.spec.layers[number]; }
  [[nodiscard]] const std::optional<Index>& images() const { return images_; }
  /// Which of the axes a and b are time steps, once an LSTM has said it.
  [[nodiscard]] std::optional<char>& steps() { return steps_; }

  // What several converters ask of activations.

  void require_rank(const OnnxNode& node, const OnnxValue& value, std::size_t rank) const;
  void require_images(const OnnxNode& node, const OnnxValue& value) const;

 private:
  void read_input();
  [[nodiscard]] std::vector<const onnx::NodeProto*> find_needed_nodes();
  void convert(OnnxNode node);
  [[nodiscard]] ImportedNetwork finish();
  std::size_t add(const OnnxNode& node, const OnnxValue& from, Node layer);
  [[nodiscard]] bool is_zeros(const std::string& name, int before) const;

  std::string file_;
  const onnx::GraphProto& graph_;
  std::string output_;
  std::optional<Index> images_;  ///< that the file was made for; none: any number
  std::optional<char> steps_;
  Planes input_;
  std::map<std::string, const onnx::TensorProto*> tensors_;
  std::map<std::string, OnnxValue> values_;
  std::map<std::string, int> uses_;              ///< of every name that the output depends on: how many take it
  std::map<std::string, std::size_t> products_;  ///< names of what weight layers give: their parameters
  std::map<std::string, int> counts_;
  ImportedNetwork network_;
};

}  // namespace ohmcarlo
