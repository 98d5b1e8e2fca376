#pragma once
// From what espeak-ng says about its phones to labels like TIMIT's: names, and borders where the sound has them.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ohmcarlo {

/// A phone as espeak-ng reports it: it lasts until the next one starts; "_", "_:" and "_|" are pauses.
struct SpokenPhone {
  std::size_t start = 0;  ///< in samples
  std::string mnemonic;
};

/// A labelled stretch of samples: begin <= sample < end.
struct PhoneLabel {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view phone;  ///< one of kTimitPhones

  friend bool operator==(const PhoneLabel&, const PhoneLabel&) = default;
};

/// The 61 names of TIMIT (Garofolo et al., NISTIR 4930, 1993).
inline constexpr std::string_view kTimitPhones[] = {
    "aa", "ae", "ah", "ao",  "aw",  "ax",  "ax-h", "axr", "ay", "b",  "bcl", "ch", "d",   "dcl", "dh", "dx",
    "eh", "el", "em", "en",  "eng", "epi", "er",   "ey",  "f",  "g",  "gcl", "h#", "hh",  "hv",  "ih", "ix",
    "iy", "jh", "k",  "kcl", "l",   "m",   "n",    "ng",  "nx", "ow", "oy",  "p",  "pau", "pcl", "q",  "r",
    "s",  "sh", "t",  "tcl", "th",  "uh",  "uw",   "ux",  "v",  "w",  "y",   "z",  "zh"};

/// TIMIT's name for a mnemonic spoken in an accent ("en-us"); empty for what makes no sound of its own (it belongs to
/// the phone before it). Throws BadUsage for a mnemonic that the table does not have.
[[nodiscard]] std::string_view timit_phone(std::string_view mnemonic, std::string_view accent);

/// Labels without gap or overlap from the first sample to the last, each at least one sample long, of clean speech at
/// 16 kHz that has silence before the first phone and after the last. They begin and end with h#. Beyond the names:
///
/// - espeak-ng starts a stop at its release: the silence before it becomes the stop's closure (pcl, tcl, ...; an
/// affricate
///   has its stop's). After a pause the closure is part of the pause, as in TIMIT.
/// - The voice bar at the start of b, d, g and jh becomes closure, too. It ends where the pre-emphasised level rises by
///   6 dB (kBurstRise) over its own; stops without such a rise have none.
/// - Silence at the end of any other phone is part of a pause that follows, otherwise epi.
[[nodiscard]] std::vector<PhoneLabel> label_phones(std::span<const float> samples, std::span<const SpokenPhone> phones,
                                                   std::string_view accent);

}  // namespace ohmcarlo
