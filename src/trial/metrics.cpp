#include "trial/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "network/sequence.hpp"

namespace ohmcarlo {
namespace {

/// A dimension of a metric: as long as the longest that any point of the experiment has.
struct Extent {
  const char* name;
  std::size_t (*length)(const Point& point);
};

constexpr Extent kArrayLayers = {"layer",
                                 [](const Point& point) { return point.hardware.arrays ? point.weight_layers : 0; }};
constexpr Extent kModelLayers = {"layer", [](const Point& point) { return point.weight_layers; }};
constexpr Extent kClasses = {"class", [](const Point& point) { return point.data.classes(); }};
constexpr Extent kAnswers = {"answer", kClasses.length};

/// Where a metric's numbers of one chip go: `values`, [dimensions], NaN so far.
struct Place {
  const Metric& metric;
  std::span<double> values;
};

/// An experiment has a metric if it has a point for which `holds`; `when`: that in words.
struct Presence {
  const char* when = "";
  bool (*holds)(const Point& point, const KeptAnswers& kept) = nullptr;
};

/// A metric: what readers of results are told of it, when an experiment has it, how it is computed.
struct Row {
  const char* name;
  const char* units;
  const char* meaning;
  const char* pooled_over = "";
  bool of_training = false;  ///< of the trained network: alike for all its chips
  std::vector<Extent> extents = {};
  Presence present;
  std::function<void(const ChipEvidence& chip, const Place& place)> compute;
};

// When.

constexpr Presence kAlways = {"always", [](const Point&, const KeptAnswers&) { return true; }};
constexpr Presence kOnArrays = {"`hardware.simulate = \"arrays\"`",
                                [](const Point& point, const KeptAnswers&) { return point.hardware.arrays; }};
constexpr Presence kVerified = {"arrays with `hardware.write_verify`", [](const Point& point, const KeptAnswers&) {
                                  return point.hardware.arrays && point.hardware.array.cells.verify.has_value();
                                }};
constexpr Presence kWithSteps = {"`deployment.steps`",
                                 [](const Point& point, const KeptAnswers&) { return point.deployment.any(); }};
constexpr Presence kWithWrites = {"`deployment.steps` that write",
                                  [](const Point& point, const KeptAnswers&) { return point.deployment.writes(); }};
constexpr Presence kWithAccelerator = {
    "`[accelerator]`", [](const Point& point, const KeptAnswers&) { return point.hardware.accelerator.has_value(); }};
constexpr Presence kFrameWise = {"recordings with a label a frame",
                                 [](const Point& point, const KeptAnswers&) { return point.data.frame_wise(); }};
constexpr Presence kWithWeightStatistics = {
    "`trials.weight_statistics`", [](const Point&, const KeptAnswers& kept) { return kept.weight_statistics; }};
constexpr Presence kOfSamples = {"`trials.images`",
                                 [](const Point&, const KeptAnswers& kept) { return kept.of_sampled_images; }};
constexpr Presence kValidated = {"`trials.validation_accuracy`, `trials.race`",
                                 [](const Point&, const KeptAnswers& kept) { return kept.validation_accuracy; }};
constexpr Presence kWithClasses = {"`trials.class_accuracy`",
                                   [](const Point&, const KeptAnswers& kept) { return kept.class_accuracy; }};
constexpr Presence kWithConfusion = {"`trials.confusion`",
                                     [](const Point&, const KeptAnswers& kept) { return kept.confusion; }};

// How.

/// One number, `value(chip)`.
template <class Value>
auto one_number(Value value) {
  return [value](const ChipEvidence& chip, const Place& place) { place.values[0] = static_cast<double>(value(chip)); };
}

/// One number for each layer on arrays, `value(outcome)`.
template <class Value>
auto each_array_layer(Value value) {
  return [value](const ChipEvidence& chip, const Place& place) {
    std::ranges::transform(chip.outcome.layers, place.values.begin(), value);
  };
}

/// One number for each layer of the model, whatever its chips: `value(statistics)`.
template <class Value>
auto each_model_layer(Value value) {
  return [value](const ChipEvidence& chip, const Place& place) {
    std::ranges::transform(chip.model.layer_statistics(), place.values.begin(), value);
  };
}

/// What `copy(outcome, place)` takes from what was done to a chip on arrays; nothing is ever done to float weights.
template <class Copy>
auto of_deployment(Copy copy) {
  return [copy](const ChipEvidence& chip, const Place& place) {
    if (!chip.outcome.layers.empty()) copy(chip.outcome.deployment, place);
  };
}

/// One number of an inference, `value(account)`.
template <class Value>
auto of_account(Value value) {
  return [value](const ChipEvidence& chip, const Place& place) {
    if (chip.account != nullptr) place.values[0] = value(*chip.account);
  };
}

double share_of_cells(double count, const ArrayLayerOutcome& layer) {
  return count / static_cast<double>(layer.cells.cells);
}

double realised_sigma(const ArrayLayerOutcome& layer) {
  const ProgramReport& cells = layer.cells;
  return std::sqrt(cells.error_squares / (static_cast<double>(cells.cells) - static_cast<double>(cells.stuck)));
}

void compute_padded_accuracy(const ChipEvidence& chip, const Place& place) {
  const SampleSet& set = chip.test;
  if (!set.frame_wise()) return;
  // Frames that pad all sequences of the set to the length of the longest.
  const double padding =
      static_cast<double>(set.count() * set.longest()) - static_cast<double>(set.first_frame(set.count()));
  place.values[0] = accuracy_with_padding(chip.outcome.tally, padding);
}

// The data set of a point may have fewer classes than another one's.

void compute_class_accuracy(const ChipEvidence& chip, const Place& place) {
  const Tally& tally = chip.outcome.tally;
  const std::size_t classes = tally.class_images.size();
  const bool is_diagonal = tally.confusion.size() == classes && classes > 1;
  for (std::size_t c = 0; c < classes; ++c)
    place.values[c] = is_diagonal ? tally.confusion[c] / tally.class_images[c] : tally.class_accuracy(c);
}

void compute_confusion(const ChipEvidence& chip, const Place& place) {
  const std::size_t classes = chip.outcome.tally.class_images.size();
  for (std::size_t c = 0; c < classes; ++c)
    std::copy_n(&chip.outcome.tally.confusion[c * classes], classes,
                &place.values[c * place.metric.dimensions.back().size]);
}

/// All metrics there are, in the order in which results hold them.
const std::vector<Row>& all_rows() {
  using Evidence = const ChipEvidence&;
  using Layer = const ArrayLayerOutcome&;
  using Weights = const WeightStatistics&;
  const auto standard = [](std::size_t number, auto value) {
    const Metric& metric = standard_metrics()[number];
    return Row{.name = metric.name.c_str(),
               .units = metric.units.c_str(),
               .meaning = metric.meaning.c_str(),
               .pooled_over = metric.pooled_over.c_str(),
               .present = kAlways,
               .compute = one_number(value)};
  };
  static const std::vector<Row> rows = {
      standard(kAccuracy, [](Evidence chip) { return chip.outcome.tally.accuracy(); }),
      standard(kLoss, [](Evidence chip) { return chip.outcome.tally.loss(); }),
      standard(kEkl, [](Evidence chip) { return chip.outcome.tally.ekl(); }),
      standard(kCorrect,
               [](Evidence chip) {
                 return chip.sample == nullptr ? chip.outcome.tally.correct : std::numeric_limits<double>::quiet_NaN();
               }),
      {.name = kSampledImages,
       .units = "images",
       .meaning = "number of test images, or recordings, that the chip was evaluated on",
       .present = kOfSamples,
       .compute =
           one_number([](Evidence chip) { return chip.sample == nullptr ? chip.test.count() : chip.sample->images; })},
      {.name = kAccuracyVariance,
       .units = "1",
       .meaning =
           "variance of the chip's accuracy by the choice of its sample of the test images, estimated from that sample",
       .present = kOfSamples,
       .compute =
           one_number([](Evidence chip) { return chip.sample == nullptr ? 0 : chip.sample->accuracy_variance; })},
      {.name = kLossVariance,
       .units = "nat^2",
       .meaning =
           "variance of the chip's loss by the choice of its sample of the test images, estimated from that sample",
       .present = kOfSamples,
       .compute = one_number([](Evidence chip) { return chip.sample == nullptr ? 0 : chip.sample->loss_variance; })},
      {.name = "correlation",
       .units = "1",
       .meaning = "Pearson correlation of a layer's matrix products on the chip with those of the clean network",
       .extents = {kArrayLayers},
       .present = kOnArrays,
       .compute = each_array_layer([](Layer layer) { return layer.correlation; })},
      {.name = "saturation",
       .units = "1",
       .meaning = "share of the analog-to-digital conversions of a layer that the range of the converter clipped",
       .extents = {kArrayLayers},
       .present = kOnArrays,
       .compute = each_array_layer([](Layer layer) { return layer.saturation; })},
      {.name = "fault_rate",
       .units = "1",
       .meaning = "share of a layer's cells that are stuck on the chip",
       .extents = {kArrayLayers},
       .present = kOnArrays,
       .compute =
           each_array_layer([](Layer layer) { return share_of_cells(static_cast<double>(layer.cells.stuck), layer); })},
      {.name = "sigma",
       .units = "full scale",
       .meaning =
           "root-mean-square error of the conductances of a layer's cells on the chip, without those that are stuck",
       .extents = {kArrayLayers},
       .present = kOnArrays,
       .compute = each_array_layer(realised_sigma)},
      {.name = "pulses",
       .units = "pulses per cell",
       .meaning = "mean number of pulses that write-verify spent on a cell of a layer",
       .extents = {kArrayLayers},
       .present = kVerified,
       .compute = each_array_layer(
           [](Layer layer) { return share_of_cells(static_cast<double>(layer.cells.pulses), layer); })},
      {.name = "error_before",
       .units = "full scale",
       .meaning = "mean error of a layer's outputs on training images before the steps of deployment",
       .extents = {kArrayLayers},
       .present = kWithSteps,
       .compute = of_deployment([](const DeploymentOutcome& outcome, const Place& place) {
         std::ranges::copy(outcome.error_before, place.values.begin());
       })},
      {.name = "error_after",
       .units = "full scale",
       .meaning = "mean error of a layer's outputs on training images after the steps of deployment",
       .extents = {kArrayLayers},
       .present = kWithSteps,
       .compute = of_deployment([](const DeploymentOutcome& outcome, const Place& place) {
         std::ranges::copy(outcome.error_after, place.values.begin());
       })},
      {.name = "writes",
       .units = "1",
       .meaning = "number of writes to cells of the chip by in-situ training and retraining",
       .present = kWithWrites,
       .compute = of_deployment([](const DeploymentOutcome& outcome, const Place& place) {
         place.values[0] = static_cast<double>(outcome.writes);
       })},
      {.name = "updates",
       .units = "1",
       .meaning = "number of updates of the weights that in-situ training made on the chip",
       .present = kWithWrites,
       .compute = of_deployment([](const DeploymentOutcome& outcome, const Place& place) {
         place.values[0] = static_cast<double>(outcome.updates);
       })},
      {.name = "cycles",
       .units = "cycles",
       .meaning = "clock cycles of one inference on the accelerator: an image, or a sequence as long as the longest of "
                  "the test set",
       .of_training = true,
       .present = kWithAccelerator,
       .compute = of_account([](const Account& account) { return account.inference_cycles(); })},
      {.name = "energy_pJ",
       .units = "pJ",
       .meaning =
           "energy of one inference on the accelerator, all modules together: an image, or a sequence as long as the "
           "longest of the test set",
       .of_training = true,
       .present = kWithAccelerator,
       .compute = of_account([](const Account& account) { return account.inference_energy(); })},
      {.name = "utilisation",
       .units = "1",
       .meaning =
           "share of the clock cycles of an inference in which an analog-to-digital converter of the accelerator "
           "converts",
       .of_training = true,
       .present = kWithAccelerator,
       .compute = of_account([](const Account& account) { return account.utilisation(Component::adc); })},
      {.name = "kurtosis",
       .units = "1",
       .meaning = "kurtosis of a layer's weights in the trained network, 3 for a normal distribution",
       .of_training = true,
       .extents = {kModelLayers},
       .present = kWithWeightStatistics,
       .compute = each_model_layer([](Weights weights) { return weights.kurtosis; })},
      {.name = "weight_entropy",
       .units = "bits",
       .meaning = "entropy of the signed 8-bit codes of a layer's weights in the trained network",
       .of_training = true,
       .extents = {kModelLayers},
       .present = kWithWeightStatistics,
       .compute = each_model_layer([](Weights weights) { return weights.entropy; })},
      {.name = "relative_error",
       .units = "1",
       .meaning = "median over a layer's weights of one step of the signed 8-bit codes divided by the weight",
       .of_training = true,
       .extents = {kModelLayers},
       .present = kWithWeightStatistics,
       .compute = each_model_layer([](Weights weights) { return weights.relative_error; })},
      {.name = "accuracy_padded",
       .units = "1",
       .meaning =
           "fraction of the frames classified correctly if the padding of every sentence to the longest counted, too, "
           "all as correct",
       .present = kFrameWise,
       .compute = compute_padded_accuracy},
      {.name = "validation_accuracy",
       .units = "1",
       .meaning = "fraction of the images held out of training (data.validation) that the chip classifies correctly",
       .present = kValidated,
       .compute =
           [](Evidence chip, const Place& place) {
             if (chip.validation != nullptr) place.values[0] = chip.validation->accuracy();
           }},
      {.name = "class_accuracy",
       .units = "1",
       .meaning = "fraction of the test images of each class classified correctly",
       .extents = {kClasses},
       .present = kWithClasses,
       .compute = compute_class_accuracy},
      {.name = "confusion",
       .units = "images",
       .meaning = "number of test images of each class that got each class as the answer",
       .extents = {kClasses, kAnswers},
       .present = kWithConfusion,
       .compute = compute_confusion},
  };
  return rows;
}

}  // namespace

MetricSet::MetricSet(const Experiment& experiment) {
  const std::vector<Row>& rows = all_rows();
  std::vector<Point> kinds;  // of points: no metric asks for more
  for (const std::size_t point : experiment.kinds()) kinds.push_back(experiment.points[point]);
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const Row& row = rows[number];
    const auto present = [&](const Point& point) { return row.present.holds(point, experiment.kept); };
    if (std::ranges::none_of(kinds, present)) continue;
    Metric metric{.name = row.name,
                  .units = row.units,
                  .meaning = row.meaning,
                  .pooled_over = row.pooled_over,
                  .of_training = row.of_training};
    // Counts of images are not known then; accuracies are as good, all being over as many.
    if (experiment.kept.of_sampled_images && !metric.pooled_over.empty())
      metric.pooled_over = standard_metrics()[kAccuracy].name;
    for (const Extent& extent : row.extents) {
      std::size_t longest = 0;
      for (const Point& point : kinds) longest = std::max(longest, extent.length(point));
      metric.dimensions.push_back({extent.name, longest});
    }
    descriptors_.push_back(std::move(metric));
    rows_.push_back(number);
  }
}

std::vector<double> MetricSet::none() const {
  return std::vector<double>(values(), std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> MetricSet::compute(const ChipEvidence& evidence) const {
  std::vector<double> values = none();
  double* next = values.data();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::size_t size = descriptors_[i].size();
    all_rows()[rows_[i]].compute(evidence, {descriptors_[i], {next, size}});
    next += size;
  }
  return values;
}

std::vector<Metric> metrics_of(const Experiment& experiment) {
  return MetricSet(experiment).descriptors();
}

std::vector<MetricDescription> describe_metrics() {
  std::vector<MetricDescription> all;
  for (const Row& row : all_rows()) {
    MetricDescription& metric =
        all.emplace_back(MetricDescription{row.name, row.units, row.meaning, row.present.when, row.of_training, {}});
    for (const Extent& extent : row.extents) metric.dimensions.emplace_back(extent.name);
  }
  return all;
}

}  // namespace ohmcarlo
