#pragma once
// Corpora of speech as data sets: which recordings are for what, and their features as samples of a network.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/mfcc.hpp"
#include "data/phones.hpp"
#include "data/recordings.hpp"
#include "data/samples.hpp"
#include "data/split.hpp"

namespace ohmcarlo {

/// A corpus and what is made of it: blocks of frames around each word, sequences of all frames of a word, or, of TIMIT,
/// sequences with a phone a frame.
struct SpeechOptions {
  std::string set;                 ///< fsdd, kws, folder or timit
  std::vector<std::string> words;  ///< of kws and folder: the classes, each a folder; "other" is all further folders
  double test_share = 0;   ///< of the recordings, held out for testing (held_out_parts); 0: the corpus's own split
  std::size_t frames = 0;  ///< of a block; 0: sequences
  MfccOptions mfcc{};      ///< its rate becomes that of the corpus
  PhoneSet phones = PhoneSet::timit61;

  /// Of a sample as an image; of sequences, of one frame.
  [[nodiscard]] SampleShape shape() const { return {1, frames > 0 ? frames : 1, mfcc.coefficients()}; }
  [[nodiscard]] std::size_t classes() const;
};

/// All options, in words.
[[nodiscard]] std::string describe(const SpeechOptions& options);

[[nodiscard]] bool is_speech(const std::string& set);

struct SpeechSet {
  SampleSet training;
  SampleSet test;
  std::vector<Origin> origins;           ///< of the training samples
  std::vector<std::uint32_t> customary;  ///< training samples that are customarily for validation
  bool by_speaker = true;                ///< whether validation shall keep speakers apart where they are known
  std::string split_by;                  ///< what kept training and test apart, for people
};

/// Throws Error: exit 2 and 3 as the functions of speech.hpp, recordings.hpp and timit.hpp do; exit 3 for folders that
/// `words` leave without a class.
[[nodiscard]] SpeechSet load_speech(const SpeechOptions& options, const std::filesystem::path& directory);

/// Holds out `wanted` training samples for validation, or without a number those that are customary: by speaker where
/// test and training are kept apart by speaker, otherwise by hash of the name, so that validation is what the test will
/// be. Samples that are customary for validation are never trained on. Throws Error (exit 2) as hold_out does, or where
/// nothing is customary.
[[nodiscard]] Split split_speech(const SpeechSet& set, std::optional<std::size_t> wanted, std::uint64_t key);

}  // namespace ohmcarlo
