#include "trial/data_source.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "data/dataset.hpp"
#include "data/subset.hpp"

namespace ohmcarlo {
namespace {

/// The held-out images are the same for every replica and method of a seed.
std::uint64_t split_key(std::uint64_t seed) {
  return derived_key(seed, static_cast<std::uint64_t>(Purpose::validation_split));
}

/// How many samples are held out; none: those that are customary.
std::optional<std::size_t> wanted_validation(std::int64_t validation) {
  return validation == DataOptions::kCustomary ? std::nullopt : std::optional(static_cast<std::size_t>(validation));
}

}  // namespace

DataSource::DataSource(const Experiment& experiment) {
  if (experiment.kept.validation_accuracy) validation_seed_ = experiment.seed;
  for (const std::size_t number : experiment.kinds()) {
    const DataOptions& data = experiment.points[number].data;
    if (!sets_.contains(data.name)) {
      sets_[data.name] = data;
      sets_[data.name].directory = find_dataset_directory(data.set, data.directory).string();
    }
    held_out_[data.name].insert(data.validation);
  }
}

std::map<std::string, std::string> DataSource::hash_contents() {
  std::map<std::string, std::string> hashes;
  for (auto& [name, set] : sets_) {
    const SampleSet test = set.speech ? speech(set)->test : load_test(set.set, set.directory, set.files);
    const std::shared_ptr<const SampleSet> samples = training(set);
    if (!set.speech) check_same_kind(*samples, test);
    for (const std::int64_t wanted : held_out_[name]) {
      set.validation = wanted;
      (void)split_training(set, 0);
    }
    hashes[name] = sha256(content_sha256(*samples) + content_sha256(test));
  }
  return hashes;
}

std::shared_ptr<const SpeechSet> DataSource::speech(const DataOptions& data) {
  std::shared_ptr<const SpeechSet>& set = speech_[data.name];
  if (!set) set = std::make_shared<const SpeechSet>(load_speech(*data.speech, sets_.at(data.name).directory));
  return set;
}

std::shared_ptr<const SampleSet> DataSource::training(const DataOptions& data) {
  std::shared_ptr<const SampleSet>& set = training_[data.name];
  if (set) return set;
  if (data.speech) {
    const std::shared_ptr<const SpeechSet> both = speech(data);
    set = {both, &both->training};
  } else {
    set = std::make_shared<const SampleSet>(load_training(data.set, sets_.at(data.name).directory, data.files));
  }
  return set;
}

std::shared_ptr<const EvaluationSet> DataSource::test(const DataOptions& data, const InputScaling& scaling) {
  const std::int64_t validation = validation_seed_ ? data.validation : 0;
  std::vector<ReadySet>& ready = test_[data.name];
  const auto found = std::ranges::find_if(
      ready, [&](const ReadySet& known) { return known.validation == validation && known.set->scaling() == scaling; });
  if (found != ready.end()) return found->set;
  SampleSet held_out;
  if (validation_seed_) held_out = subset_of(*training(data), split_training(data, *validation_seed_).validation);
  ready.push_back({validation, std::make_shared<const EvaluationSet>(
                                   data.speech ? speech(data)->test
                                               : load_test(data.set, sets_.at(data.name).directory, data.files),
                                   scaling, std::move(held_out))});
  return ready.back().set;
}

Split DataSource::split_training(const DataOptions& data, std::uint64_t seed) {
  const std::optional<std::size_t> wanted = wanted_validation(data.validation);
  if (data.speech) return split_speech(*speech(data), wanted, split_key(seed));
  return split_validation(training(data)->count(), *wanted, split_key(seed));
}

InputScaling scaling_of(const DataOptions& data, const SampleSet& training, const Split& split) {
  return data.speech ? scaling_of_training(training, split) : data.scaling;
}

}  // namespace ohmcarlo
