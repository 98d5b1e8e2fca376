#include "data/speech_set.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/dataset.hpp"
#include "data/hold_out.hpp"
#include "data/speech.hpp"

namespace ohmcarlo {
namespace {

const SpeechSource& source_of(const SpeechOptions& options) {
  const SpeechSource* source = std::get_if<SpeechSource>(&find_data_set(options.set).source);
  require(source != nullptr, "a data set of speech");
  return *source;
}

SampleSet blocks(FeatureSet set) {
  return SampleSet::of_blocks(set.frames, set.coefficients, std::move(set.values), std::move(set.labels),
                              set.class_names.size(), std::move(set.content_sha256));
}

SampleSet sequences(SequenceSet set) {
  return SampleSet::of_sequences({.coefficients = set.coefficients,
                                  .values = std::move(set.values),
                                  .first = std::move(set.first),
                                  .frame_wise = set.frame_wise,
                                  .labels = std::move(set.labels)},
                                 set.class_names.size(), std::move(set.content_sha256));
}

SampleSet samples(const SpeechOptions& options, const Recordings& recordings, const std::vector<std::uint32_t>& which) {
  MfccOptions mfcc = options.mfcc;
  mfcc.rate = recordings.rate;
  if (source_of(options).labels_frames) return sequences(phone_sequences(recordings, which, mfcc, options.phones));
  if (options.frames == 0) return sequences(word_sequences(recordings, which, mfcc));
  return blocks(word_features(recordings, which, mfcc, options.frames));
}

}  // namespace

std::string describe(const SpeechOptions& options) {
  return fmt::format("{}; classes {}; test share {}; {} frames; phones {}; {}", options.set,
                     fmt::join(options.words, ", "), options.test_share, options.frames,
                     phone_names(options.phones).size(), describe(options.mfcc));
}

std::size_t SpeechOptions::classes() const {
  const SpeechSource& source = source_of(*this);
  if (source.classes > 0) return source.classes;
  return source.labels_frames ? phone_names(phones).size() : words.size();
}

SpeechSet load_speech(const SpeechOptions& options, const std::filesystem::path& directory) {
  const SpeechSource& source = source_of(options);
  const Recordings recordings = source.find(options, directory);
  CorpusParts parts = source.parts(options, recordings);
  SpeechSet set;
  set.by_speaker = parts.by_speaker;
  set.split_by = parts.split_by;
  for (const std::uint32_t recording : parts.validation) {  // they follow the training samples
    set.customary.push_back(static_cast<std::uint32_t>(parts.training.size()));
    parts.training.push_back(recording);
  }
  set.training = samples(options, recordings, parts.training);
  set.test = samples(options, recordings, parts.test);
  set.origins = origins_of(recordings, parts.training);
  return set;
}

Split split_speech(const SpeechSet& set, std::optional<std::size_t> wanted, std::uint64_t key) {
  const std::size_t trained = set.origins.size() - set.customary.size();
  if (!wanted) {
    if (set.customary.empty())
      fail_usage("data.validation is \"customary\", but this corpus has no such part: give a number of samples");
    std::vector<std::uint32_t> training(trained);
    std::iota(training.begin(), training.end(), 0U);
    return {std::move(training), set.customary};
  }
  std::vector<Origin> origins(set.origins.begin(), set.origins.begin() + static_cast<std::ptrdiff_t>(trained));
  if (!set.by_speaker)
    for (Origin& origin : origins) origin.speaker.clear();
  HoldOut held = hold_out(origins, *wanted, key);
  return {std::move(held.kept), std::move(held.held_out)};
}

}  // namespace ohmcarlo
