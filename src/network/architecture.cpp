#include "network/architecture.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "network/layer_specs.hpp"

namespace ohmcarlo {
namespace {

/// One layer's text, word by word.
class Words {
 public:
  explicit Words(const std::string& text) : text_(text) {
    std::istringstream stream(text);
    for (std::string word; stream >> word;) words_.push_back(word);
    if (words_.empty()) fail_usage("network.layers: an empty layer");
    kind_ = words_.front();
    words_.erase(words_.begin());
  }

  [[nodiscard]] const std::string& kind() const { return kind_; }

  /// The number that follows the kind.
  double first() {
    if (words_.empty()) fail_usage("network.layers: \"{}\" lacks a number after {}", text_, kind_);
    const double value = number(words_.front());
    words_.erase(words_.begin());
    return value;
  }
  bool flag(const std::string& word) {
    const auto found = std::find(words_.begin(), words_.end(), word);
    if (found == words_.end()) return false;
    words_.erase(found);
    return true;
  }
  /// The whole number after `word`, else `fallback`.
  Index named(const std::string& word, Index fallback) {
    const auto found = std::find(words_.begin(), words_.end(), word);
    if (found == words_.end()) return fallback;
    if (found + 1 == words_.end()) fail_usage("network.layers: \"{}\" lacks a number after {}", text_, word);
    const Index value = whole(number(*(found + 1)));
    words_.erase(found, found + 2);
    return value;
  }
  [[nodiscard]] Index whole(double value) const {
    if (value != std::floor(value) || std::abs(value) > 1e6)
      fail_usage("network.layers: \"{}\": {} is not a whole number up to 1000000", text_, value);
    return static_cast<Index>(value);
  }
  /// The number that follows the kind, as a count of channels or features.
  Index count() {
    const Index value = whole(first());
    if (value < 1) fail_usage("network.layers: \"{}\": {} is too few (at least 1)", text_, value);
    return value;
  }
  void finish() const {
    if (!words_.empty()) fail_usage("network.layers: \"{}\": {} does not belong there", text_, fmt::join(words_, " "));
  }

 private:
  [[nodiscard]] double number(const std::string& word) const {
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
      fail_usage("network.layers: \"{}\": {} is not a number", text_, word);
    return value;
  }

  std::string text_;
  std::string kind_;
  std::vector<std::string> words_;
};

class Builder {
 public:
  Builder(Planes input, Index classes, double width) : planes_(input), classes_(classes), width_(width) {
    spec_.inputs = input.features();
    spec_.classes = classes;
  }

  void add(const std::string& text) {
    Words words(text);
    const std::string& kind = words.kind();
    if (kind == "conv")
      add_convolution(words);
    else if (kind == "dense")
      add_dense(words);
    else if (kind == "max-pool" || kind == "average-pool")
      add_pooling(words);
    else if (kind == "global-pool")
      push(global_average_pooling(name("pool"), planes_));
    else if (kind == "norm")
      push(batch_normalisation(name("norm"), planes_));
    else if (kind == "flatten")
      push(flatten(name("flatten"), planes_));
    else if (kind == "dropout")
      push(dropout(name("dropout"), planes_, words.first()));
    else if (kind == "lstm")
      add_lstm(words);
    else if (kind == "last")
      push(last_frame(name("last"), planes_));
    else if (kind == "residual")
      add_residual(words);
    else if (const auto known = kActivations.find(kind); known != kActivations.end())
      push(activation(known->second, name(kind), planes_));
    else
      fail_usage(
          "network.layers: \"{}\" is no layer (allowed: conv, dense, max-pool, average-pool, global-pool, norm, relu, "
          "abs, sigmoid, tanh, flatten, dropout, lstm, last, residual)",
          text);
    words.finish();
  }

  NetworkSpec finish() {
    if (spec_.layers.empty()) fail_usage("network.layers: there are none");
    const LayerSpec& last = spec_.layers.back();
    if (last.outputs != classes_)
      fail_usage("layer {}: it is the last one and gives {} features, but the data have {} classes", last.name,
                 last.outputs, classes_);
    spec_.check_chain();
    return std::move(spec_);
  }

 private:
  static inline const std::map<std::string, LayerKind> kActivations = {
      {"relu", LayerKind::relu}, {"abs", LayerKind::abs}, {"sigmoid", LayerKind::sigmoid}, {"tanh", LayerKind::tanh}};

  std::string name(const std::string& kind) { return fmt::format("{}{}{}", prefix_, kind, ++counts_[prefix_ + kind]); }

  void push(LayerSpec layer) {
    planes_ = layer.out.channels > 0 ? layer.out : Planes{layer.outputs, 1, 1};
    spec_.layers.push_back(std::move(layer));
  }

  [[nodiscard]] Index scaled(Index count) const {
    return std::max<Index>(1, std::lround(width_ * static_cast<double>(count)));
  }

  void add_convolution(Words& words) {
    const Index channels = scaled(words.count());
    const Window window{words.named("size", 3), words.named("stride", 1), words.named("padding", 0)};
    const Index groups = words.named("groups", 1);
    push(convolution(name("conv"), planes_, channels, window, groups, !words.flag("no-bias")));
  }

  void add_dense(Words& words) {
    const Index outputs = words.flag("classes") ? classes_ : scaled(words.count());
    push(dense(name("dense"), planes_.features(), outputs, !words.flag("no-bias")));
  }

  void add_pooling(Words& words) {
    const Index size = words.whole(words.first());
    const Window window{size, words.named("stride", size), words.named("padding", 0)};
    push(words.kind() == "max-pool" ? max_pooling(name("pool"), planes_, window)
                                    : average_pooling(name("pool"), planes_, window));
  }

  void add_lstm(Words& words) {
    const Index cells = scaled(words.whole(words.first()));
    push(lstm(name("lstm"), planes_, cells, static_cast<int>(words.named("table", 0))));
  }

  void add_residual(Words& words) {
    const Index channels = scaled(words.count());
    const Index stride = words.named("stride", 1);
    if (spec_.layers.empty()) fail_usage("network.layers: a residual block cannot be the first layer");
    prefix_ = name("block") + ".";
    const Planes in = planes_;
    const std::size_t before = spec_.layers.size() - 1;
    std::size_t around = before;
    if (stride != 1 || channels != in.channels) {
      push(convolution(prefix_ + "shortcut", in, channels, {1, stride, 0}, 1, false));
      push(batch_normalisation(prefix_ + "shortcut-norm", planes_));
      around = spec_.layers.size() - 1;
    }
    LayerSpec first = convolution(name("conv"), in, channels, {3, stride, 1}, 1, false);
    first.source = before;
    push(std::move(first));
    push(batch_normalisation(name("norm"), planes_));
    push(activation(LayerKind::relu, name("relu"), planes_));
    push(convolution(name("conv"), planes_, channels, {3, 1, 1}, 1, false));
    push(batch_normalisation(name("norm"), planes_));
    push(addition(name("add"), planes_, around));
    push(activation(LayerKind::relu, name("relu"), planes_));
    prefix_.clear();
  }

  NetworkSpec spec_;
  Planes planes_;
  Index classes_;
  double width_;
  std::string prefix_;
  std::map<std::string, int> counts_;
};

}  // namespace

NetworkSpec build_network(Planes input, Index classes, std::span<const std::string> layers, double width) {
  Builder builder(input, classes, width);
  for (const std::string& layer : layers) builder.add(layer);
  return builder.finish();
}

std::vector<std::string> named_layers(const std::string& network) {
  std::vector<std::string> layers;
  const auto convolution = [&](int channels) {
    layers.push_back(fmt::format("conv {} padding 1 no-bias", channels));
    layers.insert(layers.end(), {"norm", "relu"});
  };
  const auto pairs = [&](std::initializer_list<std::pair<int, int>> channels) {
    for (const auto& [first, second] : channels) {
      convolution(first);
      convolution(second);
      layers.emplace_back("max-pool 2");
    }
    layers.emplace_back("flatten");
  };
  if (network == "lenet5") {
    return {"conv 6 size 5 padding 2",
            "relu",
            "max-pool 2",
            "conv 16 size 5",
            "relu",
            "max-pool 2",
            "flatten",
            "dense 120",
            "relu",
            "dense 84",
            "relu",
            "dense classes"};
  }
  if (network == "vgg8") {
    pairs({{64, 128}, {256, 256}, {512, 512}});
    layers.insert(layers.end(), {"dense 1024", "relu", "dense classes"});
  } else if (network == "vgg16c") {
    pairs({{16, 16}, {32, 32}, {64, 64}});
    layers.insert(layers.end(), {"dense 128", "relu", "dense classes"});
  } else if (network == "resnet18") {
    convolution(64);
    for (const int channels : {64, 128, 256, 512}) {
      layers.push_back(fmt::format("residual {}{}", channels, channels > 64 ? " stride 2" : ""));
      layers.push_back(fmt::format("residual {}", channels));
    }
    layers.insert(layers.end(), {"global-pool", "dense classes"});
  } else {
    throw std::logic_error("internal error: no network is called " + network);
  }
  return layers;
}

}  // namespace ohmcarlo
