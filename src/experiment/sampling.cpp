#include "experiment/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "experiment/chip_cost.hpp"
#include "statistics/sample.hpp"
#include "statistics/sample_size.hpp"
#include "statistics/strata.hpp"
#include "statistics/stratified.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint32_t kPilotImages = 640;      ///< of a chip of the pilot, at least
constexpr std::uint32_t kPilotOfStratum = 2;     ///< at least, so that the variance in it can be told
constexpr std::uint32_t kFewestRecordings = 50;  ///< for a ratio of sums whose bias does not matter

using Kind = ImageChoice::Kind;

bool is_speech(const Experiment& experiment) {
  return experiment.parts(0).model->data.speech.has_value();
}

/// What the interval of every point is designed for.
SampleTarget target_of(const Experiment& experiment) {
  if (!experiment.until) return {.fixed_count = true};
  const Until& until = *experiment.until;
  return {.half_width = until.half_width,
          .t = student_t_quantile((1 + until.confidence) / 2, static_cast<double>(until.max - 1)),
          .min = static_cast<double>(std::max(until.min, kPilotChips))};
}

}  // namespace

ResolvedImages resolve_images(const Experiment& experiment, const ImageChoice& wanted, const std::string& where) {
  if (wanted.kind == Kind::all) return {wanted, ""};
  for (const Axis& axis : experiment.shape.axes)
    if (axis.key.starts_with("data."))
      fail_usage(
          "{}: 'trials.images' draws samples of one test set, but '{}' is swept (allowed: trials.images = \"all\", or "
          "an "
          "experiment for each of its values)",
          where, axis.key);
  if (wanted.kind == Kind::number) {
    if (is_speech(experiment) && wanted.number < kFewestRecordings)
      fail_usage(
          "{}: 'trials.images' is {}: a mean over so few recordings is biased by their lengths (allowed: at least {}, "
          "or "
          "\"all\")",
          where, wanted.number, kFewestRecordings);
    return {wanted, ""};
  }
  for (const std::size_t point : experiment.kinds())
    if (experiment.parts(point).chip->deployment.any())
      return {{},
              "trials.images: all, since the steps of deployment cost more than the images that a sample would save"};
  return {wanted, ""};
}

void check_sample_size(const Experiment& experiment, std::size_t test_images) {
  if (experiment.images.kind == Kind::number && experiment.images.number > test_images)
    fail_usage("{}: 'trials.images' is {}, but the test set has {} (allowed: at most that, \"two-stage\", \"all\")",
               experiment.file, experiment.images.number, test_images);
}

std::uint32_t sample_for_strata(const Experiment& experiment) {
  return experiment.images.kind == Kind::number ? experiment.images.number : kPilotImages;
}

Sampling begin_sampling(const Experiment& experiment, const std::vector<ImageHardness>& models) {
  const ImageHardness& first = models.front();
  std::vector<double> means(first.labels.size(), 0.0);
  for (const ImageHardness& model : models)
    for (std::size_t i = 0; i < model.ranks.size(); ++i) means[i] += model.ranks[i];
  const std::uint32_t sample = sample_for_strata(experiment);
  const std::size_t classes = first.classes > 0 ? first.classes : sample;  // a class a sampled image has no strata
  Sampling sampling;
  sampling.stratum = assign_strata(first.labels, means, classes, sample);
  const std::vector<std::uint32_t> strata = count_strata(sampling.stratum);
  if (experiment.images.kind == Kind::number) {
    sampling.sizes = proportional_sizes(strata, sample, 1);
    return sampling;
  }
  const auto images = std::max<std::uint32_t>(kPilotImages, 2 * static_cast<std::uint32_t>(strata.size()));
  sampling.pilot_chips = static_cast<std::uint32_t>(std::min(kPilotChips, experiment.most_chips()));
  sampling.pilot_sizes = proportional_sizes(strata, images, kPilotOfStratum);
  return sampling;
}

void decide_sizes(Sampling& sampling, const Experiment& experiment, const Plan& plan, const TablePoints& places) {
  const std::vector<std::uint32_t> strata = count_strata(sampling.stratum);
  std::map<std::pair<std::uint64_t, std::uint32_t>, const PilotChip*> chips;
  for (const PilotChip& chip : sampling.pilot) chips[{chip.point, chip.trial}] = &chip;
  const bool is_share = !(experiment.until && experiment.until->metric == UntilMetric::loss) &&
                        !(experiment.race && experiment.race->metric == RaceMetric::loss);
  std::vector<PilotPoint> points;
  for (std::size_t i = 0; i < plan.evaluations.size(); ++i) {
    const EvaluationTask task = plan.evaluations[i];
    if (!joins_pilot(task)) continue;
    const std::uint64_t point = places.find_in_table(task.points.front());
    std::vector<std::vector<StratumSums>> sums(sampling.pilot_chips);
    for (std::uint32_t trial = 0; trial < sampling.pilot_chips; ++trial) {
      const auto chip = chips.find({point, trial});
      require(chip != chips.end(), "the pilot is complete");
      for (std::size_t h = 0; h < chip->second->sums.size(); ++h)
        sums[trial].push_back({sampling.pilot_sizes[h], chip->second->sums[h], chip->second->squares[h]});
    }
    points.push_back(digest_pilot(strata, sums, is_share, cost_ratio(experiment.parts(task.points.front()))));
  }
  const SampleDesign design = design_sample(strata, points, sampling.pilot_sizes, target_of(experiment));
  sampling.sizes = design.whole ? strata : design.sizes;
  sampling.pilot.clear();
}

}  // namespace ohmcarlo
