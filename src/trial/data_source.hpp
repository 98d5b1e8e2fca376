#pragma once
// The data sets of an experiment, each read when first needed and kept.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chip/evaluation_set.hpp"
#include "experiment/experiment.hpp"

namespace ohmcarlo {

class DataSource {
 public:
  /// Finds the directory of every data set of the experiment. Throws BadUsage or BadData.
  explicit DataSource(const Experiment& experiment);

  /// sha256 of the content of each set, by DataOptions::name. Reads all of it. Throws BadUsage for a validation split
  /// that leaves nothing to train on, BadData for what cannot be read.
  [[nodiscard]] std::map<std::string, std::string> hash_contents();
  [[nodiscard]] std::shared_ptr<const SampleSet> training(const DataOptions& data);
  /// The test samples with this scaling of inputs; where the experiment keeps the accuracy on validation data, also
  /// those that are held out of training.
  [[nodiscard]] std::shared_ptr<const EvaluationSet> test(const DataOptions& data, const InputScaling& scaling);
  /// Which training samples are held out for validation; every replica and method of a seed has the same.
  [[nodiscard]] Split split_training(const DataOptions& data, std::uint64_t seed);

 private:
  std::shared_ptr<const SpeechSet> speech(const DataOptions& data);

  // By DataOptions::name:
  std::map<std::string, DataOptions> sets_;                           ///< with the directory that was found
  std::map<std::string, std::set<std::int64_t>> held_out_;            ///< all sizes of validation that are asked for
  std::map<std::string, std::shared_ptr<const SampleSet>> training_;  ///< of images
  std::map<std::string, std::shared_ptr<const SpeechSet>> speech_;
  /// One for each scaling, and each number of images held out, in use.
  struct ReadySet {
    std::int64_t validation = 0;
    std::shared_ptr<const EvaluationSet> set;
  };
  std::map<std::string, std::vector<ReadySet>> test_;
  std::optional<std::uint64_t> validation_seed_;  ///< where test sets also have what is held out
};

/// The scaling of inputs that a training with this split uses: of speech, that of its training samples; of images, what
/// the experiment asks for.
[[nodiscard]] InputScaling scaling_of(const DataOptions& data, const SampleSet& training, const Split& split);

}  // namespace ohmcarlo
