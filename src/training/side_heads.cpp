#include "training/side_heads.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {

NetworkSpec with_side_heads(const NetworkSpec& backbone, const IrsOptions& options) {
  NetworkSpec spec = backbone;
  for (std::size_t n = 0; n < options.heads.size(); ++n) {
    const auto& [after, pooled] = options.heads[n];
    const auto tap = std::ranges::find(backbone.layers, after, &Node::name);
    if (tap == backbone.layers.end()) fail_usage("training.irs.after: the network has no layer \"{}\"", after);
    const auto name = [&](const char* kind) { return fmt::format("side{}.{}", n + 1, kind); };
    const std::size_t sum = spec.layers.size() - 1;
    const auto tapped = static_cast<std::size_t>(tap - backbone.layers.begin());
    const FeatureShape& given = tap->out();
    Index features = given.features;
    std::vector<Node> head;
    if (given.planes.positions() > 1) {
      head.push_back(adaptive_average_pooling(name("pool"), given.planes, pooled));
      head.push_back(flatten(name("flatten"), head.back().out().planes));
      features = head.back().out().features;
    }
    head.push_back(dense(name("dense1"), features, options.hidden));
    head.push_back(activation("relu", name("relu"), {options.hidden, 1, 1}));
    head.push_back(dense(name("dense2"), options.hidden, backbone.classes));
    head.front().inputs = {tapped};
    for (Node& layer : head) spec.add(std::move(layer));
    const double factor = -options.beta * std::pow(10.0, -static_cast<double>(n));
    spec.add(addition(name("add"), {backbone.classes, 1, 1}, spec.layers.size() - 1, sum, factor));
  }
  spec.check_graph();
  return spec;
}

Parameters<float> without_side_heads(const IrsOptions& options, Parameters<float> parameters) {
  parameters.resize(parameters.size() - 2 * options.heads.size());
  return parameters;
}

}  // namespace ohmcarlo
