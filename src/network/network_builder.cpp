#include "network/network_builder.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "network/layer_words.hpp"

namespace ohmcarlo {

NetworkBuilder::NetworkBuilder(Planes input, Index classes, double width) : planes_(input), width_(width) {
  spec_.inputs = input.features();
  spec_.classes = classes;
}

void NetworkBuilder::add_text(const std::string& text) {
  LayerText words(text);
  const std::vector<LayerWord>& known = layer_words();
  const auto found = std::ranges::find(known, words.word(), &LayerWord::word);
  if (found == known.end()) {
    std::vector<std::string_view> allowed;
    for (const LayerWord& word : known) allowed.push_back(word.word);
    fail_usage("network.layers: \"{}\" is no layer (allowed: {})", text, fmt::join(allowed, ", "));
  }
  found->add(words, *this);
  words.finish();
}

Index NetworkBuilder::scaled_count(Index count) const {
  return std::max<Index>(1, std::lround(width_ * static_cast<double>(count)));
}

std::string NetworkBuilder::next_name(const std::string& kind) {
  return fmt::format("{}{}{}", prefix_, kind, ++counts_[prefix_ + kind]);
}

std::size_t NetworkBuilder::add(Node layer) {
  const FeatureShape& out = layer.out();
  planes_ = out.planes.channels > 0 ? out.planes : Planes{out.features, 1, 1};
  return spec_.add(std::move(layer));
}

NetworkSpec NetworkBuilder::finish() {
  if (spec_.layers.empty()) fail_usage("network.layers: there are none");
  const Node& last = spec_.layers.back();
  if (last.out().features != spec_.classes)
    fail_usage("layer {}: it is the last one and gives {} features, but the data have {} classes", last.name,
               last.out().features, spec_.classes);
  spec_.check_graph();
  return std::move(spec_);
}

}  // namespace ohmcarlo
