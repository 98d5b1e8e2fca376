#pragma once
// The pass over the graph of an ONNX file, which its operators' converters (exchange/onnx/) add nodes to; private to
// exchange/.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exchange/onnx.hpp"
#include "exchange/onnx_constants.hpp"
#include "exchange/onnx_node.hpp"
#include "exchange/onnx_sequences.hpp"
#include "exchange/onnx_turn.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {

/// No window or padding is larger, nor a side or the number of planes: their products do not overflow.
inline constexpr Index kMostExtent = 100000;
inline constexpr Index kMostFeatures = 100000000;
inline constexpr int kInitialState = 5;  ///< the first of two inputs of an LSTM

/// What a node of the file gives: activations of every image, or of every frame of sequences.
struct OnnxValue {
  std::optional<std::size_t> layer;  ///< whose outputs they are; none: the input of the network
  Sizes shape;  ///< in the file, of one image: [features], [channels, height, width] ...; of a frame: [features]
  Axes axes{};  ///< of sequences
  Turn turn{};  ///< from the order in the file to that of the layer's outputs
};

/// The shape of all activations, for messages.
[[nodiscard]] std::string describe(const OnnxValue& value);
/// The product of sizes up to 2^31; 2^31 if it is larger.
[[nodiscard]] Index product_of(const Sizes& sizes);
/// Planes of activations of this shape: of [channels, width] one row high; of others than [channels, height, width]
/// channels of one cell each.
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
  /// Input `i`, spread over the activations `value`: a number a channel of planes_of(value), or if that does not do,
  /// one a feature.
  [[nodiscard]] Vector<float> spread(const OnnxNode& node, std::size_t i, const OnnxValue& value) const {
    return spread(node, i, value, planes_of(value));
  }
  /// The same over activations that no node of the file has, in these planes.
  [[nodiscard]] Vector<float> spread(const OnnxNode& node, std::size_t i, const OnnxValue& value,
                                     const Planes& planes) const;
  /// Whether the constant `name` is zeros, of whatever sizes, also where nodes compute it: torch does so with the
  /// initial states of an LSTM.
  [[nodiscard]] bool is_zeros(const std::string& name) const;
  /// How many nodes that the output depends on take `name`.
  [[nodiscard]] int count_uses(const std::string& name) const;
  [[nodiscard]] bool is_output(const std::string& name) const { return name == output_; }

  // What a node gives.

  /// The activations of output number `output` of the node.
  void give(const OnnxNode& node, OnnxValue value, int output = 0);
  void give_constant(const std::string& name, const onnx::TensorProto& tensor) { tensors_.emplace(name, &tensor); }
  /// A constant that is no tensor of the file.
  void give_constant(const std::string& name, const OnnxConstant& constant);
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
  /// Adds a layer whose outputs are what the node gives, in as many axes as what it takes, which are not turned.
  template <class Make>
  std::size_t push_and_give(const OnnxNode& node, const OnnxValue& from, const Make& make) {
    const std::size_t number = push(node, from, make);
    const FeatureShape& out = network_.spec.layers[number].out();
    const auto& [channels, height, width] = out.planes;
    Sizes shape = {channels, height, width};
    if (from.shape.size() == 1) shape = {out.features};
    if (from.shape.size() == 2) shape = {channels, width};
    give(node, {number, std::move(shape), from.axes});
    return number;
  }
  /// Adds a layer that makes one value of each value, which the node gives.
  template <class Make>
  std::size_t push_and_keep(const OnnxNode& node, const OnnxValue& from, const Make& make) {
    const std::size_t number = push(node, from, make);
    give(node, {number, from.shape, from.axes, from.turn});
    return number;
  }
  /// Adds a scaling that the node gives: one with the scaling that it follows, if nothing else takes that.
  void push_scaling(const OnnxNode& node, std::size_t i, Vector<float> factors, Vector<float> offsets);
  /// Keeps the parameters of the layer pushed last.
  void keep_parameters(LayerParameters<float> parameters);
  /// Keeps the parameters of the layer pushed last, whose outputs, those of the node, a node behind it may add biases
  /// to (add_bias).
  void keep_product(const OnnxNode& node, Matrix<float> weights, Vector<float> bias);
  /// True if input i is the product of a node that nothing else takes, without a bias or with one.
  [[nodiscard]] bool is_product(const OnnxNode& node, std::size_t i) const;
  /// Adds a number an output channel to the biases of input i, a product.
  void add_bias(const OnnxNode& node, std::size_t i, const Vector<float>& bias);
  /// Keeps the parameters and statistics of the normalisation pushed last.
  void keep_normalisation(NormalisationParameters<float> learnt, RunningStatistics<float> running);

  [[nodiscard]] const Node& layer(std::size_t number) const { return network_.spec.layers[number]; }
  /// The planes in which activations lie: those of the layer that gives them, if it has them.
  [[nodiscard]] Planes planes_of(const OnnxValue& value) const;
  [[nodiscard]] const std::optional<Index>& images() const { return images_; }
  /// Whether all that becomes of `name` is the output of the network.
  [[nodiscard]] bool leads_to_output(const std::string& name) const;
  /// Which of the axes a and b are time steps, once an LSTM has said it.
  [[nodiscard]] std::optional<char>& steps() { return steps_; }

  // What several converters ask of activations.

  void require_rank(const OnnxNode& node, const OnnxValue& value, std::size_t rank) const;
  void require_images(const OnnxNode& node, const OnnxValue& value) const;
  /// Input `i`, activations of images in the axes [channels, height, width] or [channels, width]. Turned ones are put
  /// in that order by a layer.
  [[nodiscard]] OnnxValue planes(const OnnxNode& node, std::size_t i);
  /// Activations in the order of the file, by a layer if they are turned.
  [[nodiscard]] OnnxValue straightened(const OnnxNode& node, const OnnxValue& value);

 private:
  void read_input(const std::vector<const onnx::NodeProto*>& needed);
  [[nodiscard]] std::vector<const onnx::NodeProto*> find_needed_nodes();
  void convert(OnnxNode node);
  bool fold_constants(OnnxNode& node);
  void note_shared_weights(const std::vector<const onnx::NodeProto*>& needed);
  [[nodiscard]] ImportedNetwork finish();
  std::size_t add(const OnnxNode& node, const OnnxValue& from, Node layer);

  std::string file_;
  const onnx::GraphProto& graph_;
  std::string output_;
  std::optional<Index> images_;  ///< that the file was made for; none: any number
  std::optional<char> steps_;
  Planes input_;
  std::map<std::string, const onnx::TensorProto*> tensors_;
  std::deque<onnx::TensorProto> computed_;  ///< of those, what is not in the file
  std::size_t computed_numbers_ = 0;        ///< in all of these
  std::map<std::string, OnnxValue> values_;
  std::map<std::string, int> uses_;              ///< of every name that the output depends on: how many take it
  std::map<std::string, std::size_t> products_;  ///< names of what weight layers give: their parameters
  std::map<std::string, int> counts_;
  ImportedNetwork network_;
};

}  // namespace ohmcarlo
