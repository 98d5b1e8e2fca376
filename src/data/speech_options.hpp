#pragma once
// What is made of a corpus of speech.

#include <cstddef>
#include <string>
#include <vector>

#include "data/mfcc.hpp"
#include "data/phones.hpp"
#include "data/sample_shape.hpp"

namespace ohmcarlo {

/// A corpus and what is made of it: blocks of frames around each word, sequences of all frames of a word, or sequences
/// with a phone a frame.
struct SpeechOptions {
  std::string set;                 ///< name of a data set of speech
  std::vector<std::string> words;  ///< of sets whose classes are folders: their names; "other" is all further folders
  double test_share = 0;   ///< of the recordings, held out for testing (held_out_parts); 0: the corpus's own split
  std::size_t frames = 0;  ///< of a block; 0: sequences
  MfccOptions mfcc{};      ///< its rate becomes that of the corpus
  PhoneSet phones = PhoneSet::timit61;  ///< classes of frames, of a phone-aligned corpus

  /// Of a block, or of one frame of a sequence.
  [[nodiscard]] SampleShape shape() const { return {1, frames > 0 ? frames : 1, mfcc.coefficients()}; }
  /// Throws BadUsage for a set that is unknown.
  [[nodiscard]] std::size_t classes() const;
};

/// All options, in words: a part of a model's identity.
[[nodiscard]] std::string describe(const SpeechOptions& options);

}  // namespace ohmcarlo
