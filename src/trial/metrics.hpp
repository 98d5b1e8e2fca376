#pragma once
// The metrics of an experiment: which ones its chips yield, and how each is computed. One row of a table states both.

#include <span>
#include <vector>

#include "accelerator/account.hpp"
#include "chip/chips.hpp"
#include "experiment/experiment.hpp"
#include "records/metric.hpp"
#include "trial/models.hpp"

namespace ohmcarlo {

/// How well a sample of the test images tells of all.
struct SampleEvidence {
  std::size_t images = 0;                           ///< in the sample
  double accuracy_variance = 0, loss_variance = 0;  ///< of the chip's accuracy and loss by the choice of images
};

/// What is known of a chip after its evaluation: all that metrics are computed from.
struct ChipEvidence {
  const LoadedModel& model;
  const SampleSet& test;  ///< the samples that were evaluated
  const ChipOutcome& outcome;
  /// Of a chip that saw a sample of the test images; `outcome.tally` is then an estimate for all of them.
  const SampleEvidence* sample = nullptr;
  /// What an inference takes on the point's accelerator, if it has one.
  const Account* account = nullptr;
  /// Of the images that are held out of training, where the experiment asks what chips make of them.
  const Tally* validation = nullptr;
};

class MetricSet {
 public:
  /// The standard metrics, then those that the hardware of any point adds, then those that are asked for.
  explicit MetricSet(const Experiment& experiment);

  [[nodiscard]] const std::vector<Metric>& descriptors() const { return descriptors_; }
  /// How many values a chip has in all metrics together.
  [[nodiscard]] std::size_t values() const { return values_per_chip(descriptors_); }
  /// The values of all metrics, one after the other; NaN where a metric has no value for this chip.
  [[nodiscard]] std::vector<double> compute(const ChipEvidence& evidence) const;
  /// The values of a chip that could not be evaluated: NaN.
  [[nodiscard]] std::vector<double> none() const;

 private:
  std::vector<Metric> descriptors_;
  std::vector<std::size_t> rows_;  ///< of each descriptor: its row in the table of all metrics
};

/// A metric, for people.
struct MetricDescription {
  std::string name, units, meaning;
  std::string when;                     ///< what an experiment has that has the metric, as Markdown
  bool of_training = false;             ///< of the trained network: alike for all its chips
  std::vector<std::string> dimensions;  ///< besides points, replica and trial
};

/// All metrics there are, in the order in which results hold them.
[[nodiscard]] std::vector<MetricDescription> describe_metrics();

/// MetricSet::descriptors of an experiment.
[[nodiscard]] std::vector<Metric> metrics_of(const Experiment& experiment);

}  // namespace ohmcarlo
