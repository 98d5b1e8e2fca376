#include "gpu/network_stages.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
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

bool is_convolution(const Operation& operation) {
  return operation.kind() == "convolution" && operation.weights().groups == 1;
}

bool multiplies(const Operation& operation) {
  return operation.is_dense() || is_convolution(operation) || is_exact_lstm(operation);
}

Stage::Pooling pooling_of(const Operation& operation) {
  if (operation.kind() == "max_pooling") return Stage::Pooling::largest;
  if (operation.kind() == "average_pooling" || operation.kind() == "global_average_pooling")
    return Stage::Pooling::mean;
  return Stage::Pooling::none;
}

bool is_known(const Operation& operation) {
  return multiplies(operation) || pooling_of(operation) != Stage::Pooling::none || is_nothing(operation) ||
         operation.kind() == "batch_normalisation" || curve_of(operation);
}

/// A stage that changes nothing yet.
Stage blank_stage(const Planes& in, const Planes& out) {
  Stage stage{.weights = {}, .in = in, .out = out, .window = {}, .factor = {}, .offset = {}};
  stage.factor.assign(static_cast<std::size_t>(out.channels), 1);
  stage.offset.assign(static_cast<std::size_t>(out.channels), 0);
  return stage;
}

/// The planes that come out of an operation; features without planes are as many channels.
Planes planes_of(const FeatureShape& shape) {
  return shape.planes.channels > 0 ? shape.planes : Planes{shape.features, 1, 1};
}

/// The stage of a product or a pooling over planes `in`.
Stage window_stage(const Operation& operation, const Planes& in) {
  Stage stage = blank_stage(in, planes_of(operation.output()));
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

/// The last stage, or a new one behind it if that has its curve already.
Stage& open_stage(std::vector<Stage>& stages) {
  if (stages.back().curve != LayerCurve::none) stages.push_back(blank_stage(stages.back().out, stages.back().out));
  return stages.back();
}

}  // namespace

std::string network_problem(const NetworkSpec& spec) {
  bool begun = false, last_frames = false;
  Index channels = 0;  // of what the layers before give
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const Node& layer = spec.layers[i];
    const Operation& operation = *layer.operation;
    if (!is_known(operation))
      return fmt::format(
          "layer {} ({}{}) is not for devices yet (allowed: dense layers, convolutions without groups, lstm, last, "
          "poolings, flatten, norm, relu, abs, sigmoid, tanh, dropout)",
          layer.name, operation.kind(), lstm_spec(operation) ? " with tables" : "");
    if (layer.inputs.size() != 1 || layer.inputs.front() != (i > 0 ? i - 1 : kNetworkInput))
      return fmt::format("layer {} does not follow the one before it, which is not for devices yet", layer.name);
    if (operation.is_recurrent() && last_frames)
      return fmt::format("layer {} takes frames behind a last frame, which is not for devices", layer.name);
    last_frames = last_frames || operation.gives_one_row_a_sequence();
    begun = begun || multiplies(operation);
    if (multiplies(operation)) channels = planes_of(operation.output()).channels;
    if (layer.normalises() && operation.normalised_channels() != channels)
      return fmt::format("layer {} normalises planes that were flattened, which is not for devices yet", layer.name);
    if (!begun && !is_nothing(operation)) return "networks that do not begin with weights are not for devices yet";
  }
  return begun ? "" : "networks without weights are not for devices";
}

std::vector<Stage> stages_of(const TrainedNetwork& network) {
  require(network_problem(network.spec).empty(), "a device can carry out its networks");
  std::vector<Stage> stages;
  std::size_t weights = 0, normalisations = 0;
  Planes images = planes_of(network.spec.layers.front().in());
  for (const Node& layer : network.spec.layers) {
    const Operation& operation = *layer.operation;
    if (stages.empty() && operation.kind() == "flatten") images = {layer.out().features, 1, 1};  // as they lie
    const Planes in = stages.empty() ? images : stages.back().out;
    if (multiplies(operation)) {
      const Vector<float>& bias = network.state.parameters[weights].bias;
      Stage& stage = stages.emplace_back(window_stage(operation, in));
      stage.weights = weights++;
      (operation.is_recurrent() ? stage.gate_bias : stage.offset).assign(bias.data(), bias.data() + bias.size());
      stage.finishes = !operation.is_recurrent() && (bias.array() != 0).any();
    } else if (pooling_of(operation) != Stage::Pooling::none) {
      stages.push_back(window_stage(operation, in));
    } else if (operation.normalised_channels() > 0) {
      normalise_stage(network.state.normalisations.parameters[normalisations],
                      network.state.normalisations.running[normalisations], open_stage(stages));
      ++normalisations;
    } else if (const std::optional<LayerCurve> curve = curve_of(operation)) {
      Stage& stage = open_stage(stages);
      stage.curve = *curve;
      stage.finishes = true;
    }
  }
  return stages;
}

}  // namespace ohmcarlo::gpu
