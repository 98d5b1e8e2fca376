#include "experiment/keys.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();
constexpr double kTiny = std::numeric_limits<double>::min();

std::vector<Key> make_keys() {
  using enum KeyType;
  return {
      {"experiment.name", text, "\"experiment\"", "a name for tables and figures", 0, 0, {}, false, false},
      {"experiment.seed", integer, "1", "of all randomness", 0, 9.2e18, {}, true, false},

      {"data.set", text, "", "which images", 0, 0, {"mnist", "fashion-mnist"}},
      {"data.directory",
       text,
       "",
       "where its files lie; else <dir>/<set> for each <dir> in $OHMCARLO_DATA, else the "
       "system's package",
       0,
       0,
       {},
       false,
       false},
      {"data.validation", integer, "5000", "training images held out; models are chosen on them", 0, 1e9},

      {"network.architecture", text, "\"mlp\"", "the kind of network", 0, 0, {"mlp"}},
      {"network.hidden", integer_list, "[100]", "widths of the hidden layers of an mlp", 1, 1e6},
      {"network.activation", text, "\"relu\"", "between dense layers", 0, 0, {"relu", "abs"}},

      {"training.method", text, "\"plain\"", "how networks are trained", 0, 0, {"plain", "noise-injection"}},
      {"training.epochs", integer, "10", "passes over the training images", 1, 1e6},
      {"training.batch", integer, "128", "images a step", 1, 1e6},
      {"training.optimizer", text, "\"adam\"", "", 0, 0, {"adam", "sgd"}},
      {"training.learning_rate", real, "1e-3", "of the first step", kTiny, 1e3},
      {"training.momentum", real, "0.9", "of sgd", 0, 0.999999},
      {"training.weight_decay", real, "0.0", "times the weight, added to its gradient", 0, 1e3},
      {"training.schedule", text, "\"constant\"", "of the learning rate", 0, 0, {"constant", "cosine", "step"}},
      {"training.step_epochs", integer, "10", "epochs between two reductions of the step schedule", 1, 1e6},
      {"training.step_factor", real, "0.1", "of each reduction of the step schedule", kTiny, 1},
      {"training.replicas", integer, "1", "independent trainings: the dimension `replica`", 1, 1024, {}, false, false},
      {"training.noise", text, "\"gaussian\"", "noise-injection: the kind of weight noise", 0, 0, {"gaussian"}},
      {"training.noise_sigma",
       real,
       "\"tested\"",
       "noise-injection: its sigma, or \"tested\" for the point's own "
       "hardware.variation.sigma",
       0,
       kMost,
       {"tested"}},
      {"training.validation_chips", integer, "4", "noise-injection: noisy chips on which an epoch is judged", 1, 1024},

      {"hardware.simulate", text, "\"weights\"", "what is modelled: noisy weights", 0, 0, {"weights"}},
      {"hardware.weight_bits", integer, "", "bits of a weight that is sliced over cells", 1, 16},
      {"hardware.cell_bits",
       integer,
       "\"analog\"",
       "bits of one cell, or \"analog\" for one cell a weight",
       1,
       16,
       {"analog"}},
      {"hardware.variation.model", text, "\"gaussian\"", "law of the programming variation", 0, 0, {"gaussian"}},
      {"hardware.variation.sigma", real, "0.0", "its sd, relative to full scale of one cell", 0, kMost},
      {"hardware.variation.lifetime", text, "\"program\"", "drawn once a chip", 0, 0, {"program"}},
      {"hardware.variation.sampler",
       text,
       "\"weight\"",
       "one draw a weight with the sd of its cells, or one draw a cell",
       0,
       0,
       {"weight", "cells"}},

      {"trials.count", integer, "100", "chips a point and replica", 1, 4194304, {}, false, false},
      {"trials.common_random_numbers", boolean, "true", "chip t is the same at every point", 0, 0, {}, true, false},

      {"storage.checkpoint_seconds",
       real,
       "30.0",
       "seconds between two savings of the results",
       0.1,
       86400,
       {},
       false,
       false},
  };
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = make_keys();
  return keys;
}

const Key* find_key(std::string_view path) {
  const auto found =
      std::find_if(all_keys().begin(), all_keys().end(), [&](const Key& key) { return key.path == path; });
  return found == all_keys().end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view path) {
  // A key that was put into the wrong table is nearer than one of the same table with another name.
  const auto distance = [&](const Key& key) {
    return std::min(edit_distance(path, key.path), edit_distance(last_part(path), last_part(key.path)) + 2);
  };
  return std::min_element(all_keys().begin(), all_keys().end(),
                          [&](const Key& a, const Key& b) { return distance(a) < distance(b); })
      ->path;
}

std::string to_toml(const Value& value) {
  struct Writer {
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(std::int64_t x) const { return fmt::format("{}", x); }
    std::string operator()(double x) const { return fmt::format("{}", x); }
    std::string operator()(const std::string& x) const { return fmt::format("\"{}\"", x); }
    std::string operator()(const std::vector<std::int64_t>& x) const { return fmt::format("[{}]", fmt::join(x, ", ")); }
  };
  return std::visit(Writer{}, value);
}

Value default_value(const Key& key) {
  const std::string_view text = key.fallback;
  require(!text.empty(), "a key with a default");
  if (text.front() == '"') return std::string(text.substr(1, text.size() - 2));
  if (key.type == KeyType::boolean) return text == "true";
  if (key.type == KeyType::integer_list) return std::vector<std::int64_t>{100};
  if (key.type == KeyType::integer) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string Key::allowed() const {
  std::string kinds;
  if (type == KeyType::boolean) kinds = "true or false";
  if (type == KeyType::text && words.empty()) kinds = "a text in quotes";
  if (type == KeyType::integer || type == KeyType::real || type == KeyType::integer_list) {
    kinds = type == KeyType::real      ? "a number"
            : type == KeyType::integer ? "a whole number"
                                       : "a list of whole numbers";
    if (low == kTiny)
      kinds += fmt::format(" above 0 and at most {}", high);
    else if (high == kMost)
      kinds += fmt::format(", {} or more", low);
    else if (low != high)
      kinds += fmt::format(" from {} to {}", low, high);
  }
  if (!words.empty()) kinds += fmt::format("{}\"{}\"", kinds.empty() ? "" : " or ", fmt::join(words, "\", \""));
  return kinds;
}

}  // namespace ohmcarlo
