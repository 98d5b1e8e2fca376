#pragma once
// Words of the experiment file and what each of them means, stated once for both directions.

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ohmcarlo {

/// One word of a key and the value it stands for.
template <class Meaning>
struct Word {
  std::string_view word;
  Meaning meaning;
};

/// All words of a key, in the order in which messages list them; no word and no meaning stands there twice.
template <class Meaning, std::size_t count>
struct Words {
  std::array<Word<Meaning>, count> list;

  /// What `word` stands for. Throws std::logic_error for a word that is not in the list: the register of keys lets no
  /// other pass.
  [[nodiscard]] constexpr Meaning meaning_of(std::string_view word) const {
    for (const auto& [known, meaning] : list)
      if (known == word) return meaning;
    throw std::logic_error("internal error: a registered word has no meaning: " + std::string(word));
  }

  /// The word that stands for `meaning`. Throws std::logic_error for a meaning that has no word.
  [[nodiscard]] constexpr std::string_view word_of(Meaning meaning) const {
    for (const auto& [word, known] : list)
      if (known == meaning) return word;
    throw std::logic_error("internal error: a value has no word");
  }

  /// The words alone, as a key lists what is allowed.
  [[nodiscard]] std::vector<std::string_view> all() const {
    std::vector<std::string_view> words;
    for (const auto& [word, meaning] : list) words.push_back(word);
    return words;
  }
};

/// The table of these words: make_words<Clip>({{"none", Clip::none}, ...}).
template <class Meaning, std::size_t count>
constexpr Words<Meaning, count> make_words(const Word<Meaning> (&list)[count]) {
  Words<Meaning, count> words{};
  std::copy(list, list + count, words.list.begin());
  return words;
}

}  // namespace ohmcarlo
