#include "gpu/network_stages.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "network/addition.hpp"
#include "network/lstm.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr std::array<std::pair<std::string_view, LayerCurve>, 4> kCurves = {{{"relu", LayerCurve::relu},
                                                                             {"abs", LayerCurve::abs},
                                                                             {"sigmoid", LayerCurve::sigmoid},
                                                                             {"tanh", LayerCurve::tanh}}};

std::optional<LayerCurve> curve_of(const Operation& operation) {
  for (const auto& [word, curve] : kCurves)
    if (operation.kind() == word) return curve;
  return std::nullopt;
}

/// What devices do by not doing it.
bool is_nothing(const Operation& operation) {
  return operation.kind() == "dropout" || operation.kind() == "flatten" || operation.gives_one_row_a_sequence();
}

bool is_exact_lstm(const Operation& operation) {
  const std::optional<LstmSpec> lstm = lstm_spec(operation);
  return lstm && lstm->table_entries == 0;
}

bool multiplies(const Operation& operation) {
  return operation.is_dense() || operation.kind() == "convolution" || is_exact_lstm(operation);
}

Stage::Pooling pooling_of(const Operation& operation) {
  if (operation.kind() == "max_pooling") return Stage::Pooling::largest;
  if (operation.kind() == "average_pooling" || operation.kind() == "global_average_pooling")
    return Stage::Pooling::mean;
  return Stage::Pooling::none;
}

bool is_known(const Operation& operation) {
  return multiplies(operation) || pooling_of(operation) != Stage::Pooling::none || is_nothing(operation) ||
         operation.kind() == "batch_normalisation" || curve_of(operation) || addition_factor(operation);
}

/// A stage that changes nothing yet.
Stage blank_stage(std::vector<std::size_t> inputs, const Planes& in, const Planes& out) {
  Stage stage{
      .inputs = std::move(inputs), .weights = {}, .in = in, .out = out, .window = {}, .factor = {}, .offset = {}};
  stage.factor.assign(static_cast<std::size_t>(out.channels), 1);
  stage.offset.assign(static_cast<std::size_t>(out.channels), 0);
  return stage;
}

/// The planes that come out of an operation; features without planes are as many channels.
Planes planes_of(const FeatureShape& shape) {
  return shape.planes.channels > 0 ? shape.planes : Planes{shape.features, 1, 1};
}

/// The stage of a product or a pooling over planes `in`.
Stage window_stage(const Operation& operation, std::size_t input, const Planes& in) {
  Stage stage = blank_stage({input}, in, planes_of(operation.output()));
  // Dense layers and means of whole planes see every pixel at their one place.
  stage.window = operation.sliding_window().value_or(Window{.size = {in.height, in.width}});
  stage.pooling = pooling_of(operation);
  return stage;
}

/// The normalisation, in evaluation, of what the stage gives.
void normalise_stage(const NormalisationParameters<float>& parameters, const RunningStatistics<float>& running,
                     Stage& stage) {
  for (std::size_t i = 0; i < stage.factor.size(); ++i) {
    const auto channel = static_cast<Index>(i);
    const double scale =
        double{parameters.gamma(channel)} / std::sqrt(double{running.variance(channel)} + kNormalisationEpsilon);
    stage.factor[i] = static_cast<float>(stage.factor[i] * scale);
    stage.offset[i] =
        static_cast<float>((double{stage.offset[i]} - running.mean(channel)) * scale + parameters.beta(channel));
  }
  stage.finishes = true;
}

/// What a node gives.
struct Given {
  bool images = true;  ///< as they came, perhaps flattened
  Planes planes;       ///< as they lie on a device: flattening does not move values, but those of images
};

Given given_to(const NetworkSpec& spec, const Node& layer, std::size_t input, const std::vector<Given>& given) {
  if (layer.inputs[input] != kNetworkInput) return given[layer.inputs[input]];
  return {true, layer.operation->inputs()[input].planes.channels > 0 ? layer.operation->inputs()[input].planes
                                                                     : Planes{spec.inputs, 1, 1}};
}

/// What every node gives.
std::vector<Given> given_by(const NetworkSpec& spec) {
  std::vector<Given> given;
  for (const Node& layer : spec.layers) {
    const Operation& operation = *layer.operation;
    Given values = given_to(spec, layer, 0, given);
    if (multiplies(operation) || pooling_of(operation) != Stage::Pooling::none)
      values = {false, planes_of(operation.output())};
    else if (values.images && operation.kind() == "flatten")
      values.planes = {values.planes.features(), 1, 1};
    given.push_back(values);
  }
  return given;
}

/// Makes the stages of a network, node by node.
class StageMaker {
 public:
  explicit StageMaker(const TrainedNetwork& network)
      : network_(network), given_(given_by(network.spec)), takers_(network.spec.layers.size()) {
    for (const Node& layer : network.spec.layers)
      for (const std::size_t input : layer.inputs)
        if (input != kNetworkInput) ++takers_[input];
  }

  std::vector<Stage> make() {
    for (std::size_t node = 0; node < takers_.size(); ++node) add(node);
    stages_.resize(values_.back().stage + 1);  // nothing that comes later counts
    return std::move(stages_);
  }

 private:
  /// Where the values of a node are.
  struct Values {
    std::size_t stage = kNetworkInput;
    bool single = false;  ///< whether one node at most takes them
  };

  [[nodiscard]] Values values_of(std::size_t node) const { return node == kNetworkInput ? Values{} : values_[node]; }

  void add(std::size_t node) {
    const Node& layer = network_.spec.layers[node];
    const Operation& operation = *layer.operation;
    const Values in = values_of(layer.inputs.front());
    const Planes planes = given_to(network_.spec, layer, 0, given_).planes;
    Values out{.stage = in.stage, .single = takers_[node] <= 1};
    if (multiplies(operation)) {
      out.stage = add_product(operation, window_stage(operation, in.stage, planes));
    } else if (pooling_of(operation) != Stage::Pooling::none) {
      out.stage = push(window_stage(operation, in.stage, planes));
    } else if (const std::optional<double> factor = addition_factor(operation)) {
      out.stage = push(blank_stage({in.stage, values_of(layer.inputs[1]).stage}, planes, planes));
      stages_.back().addition = factor;
    } else if (operation.normalised_channels() > 0) {
      out.stage = open_stage(in);
      normalise_stage(network_.state.normalisations.parameters[normalisations_],
                      network_.state.normalisations.running[normalisations_], stages_[out.stage]);
      ++normalisations_;
    } else if (const std::optional<LayerCurve> curve = curve_of(operation)) {
      out.stage = open_stage(in);
      stages_[out.stage].curve = *curve;
      stages_[out.stage].finishes = true;
    } else {
      out.single = out.single && in.single;
    }
    values_.push_back(out);
  }

  std::size_t push(Stage stage) {
    stages_.push_back(std::move(stage));
    return stages_.size() - 1;
  }

  std::size_t add_product(const Operation& operation, Stage stage) {
    const Vector<float>& bias = network_.state.parameters[weights_].bias;
    stage.weights = weights_++;
    stage.groups = operation.weights().groups;
    (operation.is_recurrent() ? stage.gate_bias : stage.offset).assign(bias.data(), bias.data() + bias.size());
    stage.finishes = !operation.is_recurrent() && (bias.array() != 0).any();
    return push(std::move(stage));
  }

  /// The stage that gives `in`, or a new one behind it if that has its curve already or others take its values.
  std::size_t open_stage(const Values& in) {
    const Stage& stage = stages_[in.stage];
    if (in.single && stage.curve == LayerCurve::none) return in.stage;
    return push(blank_stage({in.stage}, stage.out, stage.out));
  }

  const TrainedNetwork& network_;
  std::vector<Given> given_;
  std::vector<std::size_t> takers_;
  std::vector<Stage> stages_;
  std::vector<Values> values_;  ///< of the nodes so far
  std::size_t weights_ = 0, normalisations_ = 0;
};

/// network_problem() of one layer. `given`: by all nodes.
std::string layer_problem(const NetworkSpec& spec, const Node& layer, const std::vector<Given>& given) {
  const Operation& operation = *layer.operation;
  if (!is_known(operation))
    return fmt::format(
        "layer {} ({}{}) is not for devices yet (allowed: dense layers, convolutions, lstm, last, "
        "residual blocks, poolings, flatten, norm, relu, abs, sigmoid, tanh, dropout)",
        layer.name, operation.kind(), lstm_spec(operation) ? " with tables" : "");
  const Given in = given_to(spec, layer, 0, given);
  if (layer.normalises() && !in.images && operation.normalised_channels() != in.planes.channels)
    return fmt::format("layer {} normalises planes that were flattened, which is not for devices yet", layer.name);
  bool images = in.images;
  for (std::size_t i = 1; i < layer.inputs.size(); ++i) {
    const Given other = given_to(spec, layer, i, given);
    images = images || other.images;
    if (!(other.planes == in.planes))
      return fmt::format("layer {} adds planes to others, or to features, which is not for devices yet", layer.name);
  }
  if (images && !multiplies(operation) && !is_nothing(operation))
    return "networks that do not begin with weights are not for devices yet";
  return {};
}

}  // namespace

std::string network_problem(const NetworkSpec& spec) {
  const std::vector<Given> given = given_by(spec);
  bool last_frames = false;
  for (const Node& layer : spec.layers) {
    if (std::string problem = layer_problem(spec, layer, given); !problem.empty()) return problem;
    if (layer.operation->is_recurrent() && last_frames)
      return fmt::format("layer {} takes frames behind a last frame, which is not for devices", layer.name);
    last_frames = last_frames || layer.operation->gives_one_row_a_sequence();
  }
  return given.empty() || given.back().images ? "networks without weights are not for devices" : "";
}

std::vector<Stage> stages_of(const TrainedNetwork& network) {
  require(network_problem(network.spec).empty(), "a device can carry out its networks");
  return StageMaker(network).make();
}

}  // namespace ohmcarlo::gpu
