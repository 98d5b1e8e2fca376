#pragma once
// Corpora of speech as data sets: which recordings are for what, and their features as samples of a network.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/recordings.hpp"
#include "data/samples.hpp"
#include "data/speech_options.hpp"
#include "data/split.hpp"

namespace ohmcarlo {

struct SpeechSet {
  SampleSet training;
  SampleSet test;
  std::vector<Origin> origins;           ///< of the training samples
  std::vector<std::uint32_t> customary;  ///< training samples that are customarily for validation
  bool by_speaker = true;                ///< whether validation shall keep speakers apart where they are known
  std::string split_by;                  ///< what kept training and test apart, for people
};

/// Throws BadUsage and BadData as the functions of speech.hpp, recordings.hpp and timit.hpp do; BadData for folders
/// that `words` leave without a class.
[[nodiscard]] SpeechSet load_speech(const SpeechOptions& options, const std::filesystem::path& directory);

/// Holds out `wanted` training samples for validation, or without a number those that are customary: by speaker where
/// test and training are kept apart by speaker, otherwise by hash of the name, so that validation is what the test will
/// be. Samples that are customary for validation are never trained on. Throws BadUsage as hold_out does, or where
/// nothing is customary.
[[nodiscard]] Split split_speech(const SpeechSet& set, std::optional<std::size_t> wanted, std::uint64_t key);

}  // namespace ohmcarlo
