#include "gpu/network_stages.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

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

bool is_dropout(const Operation& operation) {
  return operation.kind() == "dropout";
}

/// A stage that changes nothing yet.
Stage blank_stage(Index inputs, Index outputs) {
  Stage stage{.weights = {}, .inputs = inputs, .outputs = outputs, .factor = {}, .offset = {}};
  stage.factor.assign(static_cast<std::size_t>(outputs), 1);
  stage.offset.assign(static_cast<std::size_t>(outputs), 0);
  return stage;
}

/// The normalisation, in evaluation, of what the stage gives.
void normalise_stage(const Planes& planes, const NormalisationParameters<float>& parameters,
                     const RunningStatistics<float>& running, Stage& stage) {
  for (std::size_t i = 0; i < stage.factor.size(); ++i) {
    const Index channel = static_cast<Index>(i) / planes.positions();
    const double scale =
        double{parameters.gamma(channel)} / std::sqrt(double{running.variance(channel)} + kNormalisationEpsilon);
    stage.factor[i] = static_cast<float>(stage.factor[i] * scale);
    stage.offset[i] =
        static_cast<float>((double{stage.offset[i]} - running.mean(channel)) * scale + parameters.beta(channel));
  }
}

}  // namespace

std::string network_problem(const NetworkSpec& spec) {
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const Node& layer = spec.layers[i];
    const Operation& operation = *layer.operation;
    const bool known = operation.is_dense() || operation.kind() == "batch_normalisation" || is_dropout(operation) ||
                       curve_of(operation).has_value();
    if (!known)
      return fmt::format(
          "layer {} ({}) is not for devices yet (allowed: dense layers, normalisations, relu, abs, sigmoid, tanh, "
          "dropout)",
          layer.name, operation.kind());
    if (layer.inputs.size() != 1 || layer.inputs.front() != (i > 0 ? i - 1 : kNetworkInput))
      return fmt::format("layer {} does not follow the one before it, which is not for devices yet", layer.name);
  }
  if (spec.layers.empty() || !spec.layers.front().operation->is_dense())
    return "networks that do not begin with a dense layer are not for devices yet";
  return {};
}

std::vector<Stage> stages_of(const TrainedNetwork& network) {
  require(network_problem(network.spec).empty(), "a device can carry out its networks");
  std::vector<Stage> stages;
  std::size_t weights = 0, normalisations = 0;
  for (const Node& layer : network.spec.layers) {
    const Operation& operation = *layer.operation;
    if (operation.is_dense()) {
      const Vector<float>& bias = network.state.parameters[weights].bias;
      Stage& stage = stages.emplace_back(blank_stage(layer.weight_inputs(), layer.weight_outputs()));
      stage.weights = weights++;
      stage.offset.assign(bias.data(), bias.data() + bias.size());
    } else if (operation.normalised_channels() > 0) {
      const Index features = layer.out().features;
      if (stages.back().curve != LayerCurve::none) stages.push_back(blank_stage(features, features));
      normalise_stage(layer.out().planes, network.state.normalisations.parameters[normalisations],
                      network.state.normalisations.running[normalisations], stages.back());
      ++normalisations;
    } else if (const std::optional<LayerCurve> curve = curve_of(operation)) {
      const Index features = layer.out().features;
      if (stages.back().curve != LayerCurve::none) stages.push_back(blank_stage(features, features));
      stages.back().curve = *curve;
    }
  }
  return stages;
}

}  // namespace ohmcarlo::gpu
