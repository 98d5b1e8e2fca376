#include "network/layer_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {

// The register of operations: each has a word, defined in the file of the operation. Messages list them in this order.
#define OHMCARLO_LAYER_WORDS(WORD) \
  WORD(conv)                       \
  WORD(dense)                      \
  WORD(max_pool)                   \
  WORD(average_pool)               \
  WORD(global_pool)                \
  WORD(norm)                       \
  WORD(relu)                       \
  WORD(abs)                        \
  WORD(sigmoid)                    \
  WORD(tanh)                       \
  WORD(flatten)                    \
  WORD(dropout)                    \
  WORD(lstm)                       \
  WORD(last)                       \
  WORD(residual)

namespace words {
#define OHMCARLO_DECLARE(name) extern const LayerWord name;
OHMCARLO_LAYER_WORDS(OHMCARLO_DECLARE)
#undef OHMCARLO_DECLARE
}  // namespace words

const std::vector<LayerWord>& layer_words() {
#define OHMCARLO_LIST(name) words::name,
  static const std::vector<LayerWord> all = {OHMCARLO_LAYER_WORDS(OHMCARLO_LIST)};
#undef OHMCARLO_LIST
  return all;
}

LayerText::LayerText(const std::string& text) : text_(text) {
  std::istringstream stream(text);
  for (std::string word; stream >> word;) rest_.push_back(word);
  if (rest_.empty()) fail_usage("network.layers: an empty layer");
  word_ = rest_.front();
  rest_.erase(rest_.begin());
}

std::string LayerText::take_front() {
  if (rest_.empty()) fail_usage("network.layers: \"{}\" lacks a number after {}", text_, word_);
  std::string front = rest_.front();
  rest_.erase(rest_.begin());
  return front;
}

std::string LayerText::take_behind(const std::string& option) {
  const auto found = std::find(rest_.begin(), rest_.end(), option);
  if (found == rest_.end()) return "";
  if (found + 1 == rest_.end()) fail_usage("network.layers: \"{}\" lacks a number after {}", text_, option);
  std::string word = *(found + 1);
  rest_.erase(found, found + 2);
  return word;
}

double LayerText::to_number(const std::string& word) const {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size())
    fail_usage("network.layers: \"{}\": {} is not a number", text_, word);
  return value;
}

Index LayerText::to_whole(double value) const {
  if (value != std::floor(value) || std::abs(value) > 1e6)
    fail_usage("network.layers: \"{}\": {} is not a whole number up to 1000000", text_, value);
  return static_cast<Index>(value);
}

Pair LayerText::to_pair(const std::string& word) const {
  const std::size_t cross = word.find('x');
  if (cross == std::string::npos || cross == 0 || cross + 1 == word.size()) return to_whole(to_number(word));
  return {to_whole(to_number(word.substr(0, cross))), to_whole(to_number(word.substr(cross + 1)))};
}

double LayerText::take_number() {
  return to_number(take_front());
}

Index LayerText::take_whole() {
  return to_whole(take_number());
}

Index LayerText::take_count() {
  const Index value = take_whole();
  if (value < 1) fail_usage("network.layers: \"{}\": {} is too few (at least 1)", text_, value);
  return value;
}

Pair LayerText::take_pair() {
  return to_pair(take_front());
}

bool LayerText::take_flag(const std::string& option) {
  const auto found = std::find(rest_.begin(), rest_.end(), option);
  if (found == rest_.end()) return false;
  rest_.erase(found);
  return true;
}

Index LayerText::take_option(const std::string& option, Index fallback) {
  const std::string word = take_behind(option);
  return word.empty() ? fallback : to_whole(to_number(word));
}

Pair LayerText::take_pair_option(const std::string& option, Pair fallback) {
  const std::string word = take_behind(option);
  return word.empty() ? fallback : to_pair(word);
}

void LayerText::finish() const {
  if (!rest_.empty()) fail_usage("network.layers: \"{}\": {} does not belong there", text_, fmt::join(rest_, " "));
}

}  // namespace ohmcarlo
