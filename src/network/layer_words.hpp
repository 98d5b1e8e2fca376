#pragma once
// The text of one layer of a list, word by word, and the words that make layers.

#include <string>
#include <string_view>
#include <vector>

#include "linalg/pair.hpp"

namespace ohmcarlo {

class NetworkBuilder;

/// One layer's text: a word, maybe a number, then options. Every function that finds nothing sensible throws an Error
/// that repeats the text.
class LayerText {
 public:
  explicit LayerText(const std::string& text);

  /// The word in front.
  [[nodiscard]] const std::string& word() const { return word_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// Takes the number behind the word.
  [[nodiscard]] double take_number();
  /// Takes the number behind the word, whole and up to 1000000.
  [[nodiscard]] Index take_whole();
  /// Takes the number behind the word as a count of channels or features: a whole one of at least 1.
  [[nodiscard]] Index take_count();
  /// Takes the pair behind the word, "3" or "10x4".
  [[nodiscard]] Pair take_pair();
  /// Takes an option without a number, if it is there.
  [[nodiscard]] bool take_flag(const std::string& option);
  /// Takes the whole number behind an option, else `fallback`.
  [[nodiscard]] Index take_option(const std::string& option, Index fallback);
  /// Takes the pair behind an option, "3" or "10x4", else `fallback`.
  [[nodiscard]] Pair take_pair_option(const std::string& option, Pair fallback);
  /// Refuses words that nobody took.
  void finish() const;

 private:
  [[nodiscard]] std::string take_front();
  [[nodiscard]] std::string take_behind(const std::string& option);
  [[nodiscard]] double to_number(const std::string& word) const;
  [[nodiscard]] Index to_whole(double value) const;
  [[nodiscard]] Pair to_pair(const std::string& word) const;

  std::string text_;
  std::string word_;
  std::vector<std::string> rest_;
};

/// A word that makes a layer, or a block of them.
struct LayerWord {
  std::string_view word;
  /// Adds what the text says to the network.
  void (*add)(LayerText& text, NetworkBuilder& network);
};

/// Those of all operations.
[[nodiscard]] const std::vector<LayerWord>& layer_words();

}  // namespace ohmcarlo
