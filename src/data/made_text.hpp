#pragma once
// English text to be spoken: sentences from a small grammar, command phrases, and phrases that resemble them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

/// Choices by address: the words of a stream, one after the other.
class Choices {
 public:
  explicit Choices(const Stream& stream) : stream_(stream) {}
  /// 0 .. count - 1, each with probability 1/count to within 2^-32.
  [[nodiscard]] std::size_t pick(std::size_t count);
  /// Uniform in [low, high).
  [[nodiscard]] double between(double low, double high);

 private:
  std::uint32_t word();
  Stream stream_;
  std::uint64_t next_ = 0;
};

/// A sentence of 5 to 15 words, first letter large, with its full stop or question mark. All phones of English occur.
[[nodiscard]] std::string made_sentence(Choices& choices);

/// The six classes of paper 000 (Jin et al. 2021) as folder names, "other" last.
inline constexpr std::string_view kKeywordClasses[] = {"power-off", "i-smart", "power-mode",
                                                       "save-me",   "help-me", "other"};

/// What is said for class `index` of kKeywordClasses; for "other" a word or a short phrase, sometimes one that begins
/// or ends like a keyword ("power on", "help him").
[[nodiscard]] std::string keyword_text(std::size_t index, Choices& choices);

/// Every word that the grammar can say, each once, sorted.
[[nodiscard]] std::vector<std::string> made_vocabulary();

}  // namespace ohmcarlo
