#pragma once
// Features of recordings in memory: a block of fixed size for each word, or sequences of frames.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/mfcc.hpp"
#include "data/phones.hpp"
#include "data/recordings.hpp"

namespace ohmcarlo {

/// Words as blocks of as many frames each, in the order of the recordings: rows for a classifier.
struct FeatureSet {
  std::size_t count = 0;
  std::size_t frames = 0;
  std::size_t coefficients = 0;
  std::vector<float> values;  ///< [count, frames, coefficients], not scaled
  std::vector<Label> labels;  ///< [count], 0..classes-1
  std::vector<std::string> class_names;
  std::vector<Origin> origins;  ///< [count]
  /// SHA-256 of the samples, labels, class names and the way the features are made, not of the features: their last
  /// bits depend on the type of processor.
  std::string content_sha256;
};

/// Sequences of different lengths, one after the other.
struct SequenceSet {
  std::size_t coefficients = 0;
  std::vector<float> values;       ///< [frames of all sequences, coefficients], not scaled
  std::vector<std::size_t> first;  ///< [count + 1] first frame of each sequence, and the number of all frames
  bool frame_wise = false;         ///< what a label belongs to: a frame or a sequence
  std::vector<Label>
      labels;  ///< [frames] or [count]: 0..classes-1, frames also kUnlabelled (neither trained nor scored)
  std::vector<std::string> class_names;
  std::vector<Origin> origins;  ///< [count]
  std::string content_sha256;   ///< SHA-256 of samples, labels, class names and options

  [[nodiscard]] std::size_t count() const { return origins.size(); }
  [[nodiscard]] std::size_t frames(std::size_t sequence) const { return first[sequence + 1] - first[sequence]; }
};

/// The `frames` frames of a word that hold most of it. Loudness is a frame's root energy, the square root of exp(log
/// energy), which clicks sway less than energy does: the stretch with the largest sum, the first of equals, is moved
/// so that its centre of loudness is in the middle, as far as the recording reaches. A recording with fewer frames is
/// put into the middle (the odd frame of padding goes to the end); its first and last frame are repeated, their deltas
/// and accelerations 0. Returns the first frame, negative where padding goes before.
[[nodiscard]] std::ptrdiff_t first_frame_of_word(std::span<const float> log_energies, std::size_t frames);

/// Features of `which` recordings (indices), `frames` of each around the word, by the rule above.
/// Throws BadUsage as Mfcc does, or unless options.rate is the corpus's and frames is at least 1; BadData as
/// read_audio does, or for a recording shorter than one window.
[[nodiscard]] FeatureSet word_features(const Recordings& recordings, std::span<const std::uint32_t> which,
                                       const MfccOptions& options, std::size_t frames);

/// All frames of each word, a label a sequence. Throws as word_features does.
[[nodiscard]] SequenceSet word_sequences(const Recordings& recordings, std::span<const std::uint32_t> which,
                                         const MfccOptions& options);

/// Sentences of a phone-aligned corpus, a label a frame: the phone at the frame's middle (frame_labels).
/// Throws as word_features does, and what read_phones and check_phones_fit throw.
[[nodiscard]] SequenceSet phone_sequences(const Recordings& recordings, std::span<const std::uint32_t> which,
                                          const MfccOptions& options, PhoneSet set);

}  // namespace ohmcarlo
