#pragma once
// Words of the experiment file and what each of them means, stated once for both directions: in a table beside the key,
// or in a register of the room that knows what they mean.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
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

/// The words of a register, whose rows each have one, as a key lists what is allowed.
template <class Rows>
std::vector<std::string_view> words_of(const Rows& rows) {
  std::vector<std::string_view> words;
  for (const auto& row : rows) words.push_back(row.word);
  return words;
}

/// The row of a register that has this word. Throws std::logic_error if none has: the register of keys lets no other
/// word pass.
template <class Row>
const Row& row_of(std::span<const Row> rows, std::string_view word) {
  const auto found = std::ranges::find(rows, word, &Row::word);
  if (found == rows.end()) throw std::logic_error("internal error: no row has a registered word: " + std::string(word));
  return *found;
}

}  // namespace ohmcarlo
