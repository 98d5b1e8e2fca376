#pragma once
// The speakers of made speech: espeak-ng's English voices (accents) with its variants (vocal tracts and pitches).

#include <cstdint>
#include <string>
#include <vector>

namespace ohmcarlo {

inline constexpr std::size_t kAccents = 8;       ///< as many as TIMIT has dialect regions
inline constexpr std::size_t kVocalTracts = 60;  ///< a fifth of them speaks in the test set only

/// One accent with one variant. Two speakers with the same variant sound alike, so a variant is either a training or a
/// test voice: nobody is heard in both, in no accent.
struct Speaker {
  std::size_t accent = 0;       ///< 0 .. kAccents - 1
  std::size_t vocal_tract = 0;  ///< 0 .. kVocalTracts - 1
  bool test = false;

  /// As espeak-ng takes it: "en-us+f1".
  [[nodiscard]] std::string voice() const;
  /// The accent alone: "en-us".
  [[nodiscard]] std::string accent_name() const;
  /// Like TIMIT's: F or M, three letters, a digit, for example FAAK3. The digit is the accent; two speakers with the
  /// same first four characters share their variant.
  [[nodiscard]] std::string name() const;
  /// 0 .. kAccents * kVocalTracts - 1, for addresses.
  [[nodiscard]] std::uint32_t number() const;
};

/// `count` different speakers (a multiple of 5, at most 480), every fifth of them a test speaker. Which variants are
/// for testing depends on the seed. The first of more speakers are the same as those of fewer.
[[nodiscard]] std::vector<Speaker> made_speakers(std::uint64_t seed, std::size_t count);

}  // namespace ohmcarlo
