#include "experiment/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "experiment/common_units.hpp"
#include "experiment/metric_range.hpp"
#include "experiment/settings.hpp"
#include "experiment/stopping.hpp"
#include "statistics/looks.hpp"
#include "statistics/multiplicity.hpp"
#include "statistics/race.hpp"

namespace ohmcarlo {
namespace {

/// Whether any of the values is a number.
bool has_value(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double value) { return std::isfinite(value); });
}

Interval interval_of(const PairedDifference& difference, IntervalKind kind, const Metric& metric) {
  const double half = kind == IntervalKind::sequence ? difference.sequence_half : difference.student_half;
  if (!std::isfinite(half)) return {};
  const Interval range = range_of(metric);  // of the metric; its differences reach from low - high to high - low
  return clip_interval({difference.mean - half, difference.mean + half}, range.low - range.high,
                       range.high - range.low);
}

double p_of(const PairedDifference& difference, IntervalKind kind) {
  if (difference.count < 2) return kNaN;
  return kind == IntervalKind::sequence ? difference.anytime_p : difference.p;
}

/// The looks of the rule, whatever the number of chips that a unit of work computes together: any looks that are fixed
/// beforehand will do.
std::vector<std::size_t> looks_of(const Results& results, const ComparisonBasis& basis) {
  if (basis.kind != IntervalKind::sequence) return {};
  const auto rules = StoppingRules::find(results.settings, results.table.shape);
  if (!rules->is_over_trainings()) return looks(rules->until().min, rules->until().max, 1);
  std::vector<std::size_t> each(results.table.shape.replicas);
  std::iota(each.begin(), each.end(), std::size_t{1});
  return each;
}

/// The best first.
void sort_by_mean(std::vector<Contender>& contenders, bool lower_is_better) {
  std::ranges::stable_sort(contenders, [&](const Contender& a, const Contender& b) {
    return lower_is_better ? a.mean < b.mean : a.mean > b.mean;
  });
}

/// A contest between points, which differ on one axis alone.
Contest contest_between(const Results& results, const ComparisonOptions& options, const ComparisonBasis& basis,
                        const std::vector<std::size_t>& points) {
  const Table& table = results.table;
  Contest contest;
  std::vector<std::size_t> present;
  for (const std::size_t point : points) {
    const std::array<std::size_t, 1> alone = {point};
    (has_value(common_units(table, options.metric, alone).front()) ? present : contest.absent).push_back(point);
  }
  const std::vector<std::vector<double>> units = common_units(table, options.metric, present);
  for (std::size_t i = 0; i < present.size(); ++i)
    contest.contenders.push_back({.point = present[i], .mean = summarise(finite_values(units[i])).mean});
  if (present.empty()) return contest;

  const Metric& metric = table.metrics[options.metric];
  const bool lower = is_better_when_lower(metric);
  sort_by_mean(contest.contenders, lower);
  const double others = std::max(1.0, static_cast<double>(present.size()) - 1);
  contest.confidence = 1 - (1 - basis.confidence) / others;
  const auto units_of = [&](std::size_t point) {
    return units[static_cast<std::size_t>(std::ranges::find(present, point) - present.begin())];
  };
  const std::vector<double> leader = units_of(contest.contenders.front().point);
  for (std::size_t i = 1; i < contest.contenders.size(); ++i) {
    Contender& other = contest.contenders[i];
    other.difference =
        compare_pairs(leader, units_of(other.point), {.confidence = contest.confidence, .tuned_for = basis.tuned_for});
    other.interval = interval_of(other.difference, basis.kind, metric);
    const double p = p_of(other.difference, basis.kind);
    other.adjusted_p = std::isnan(p) ? kNaN : std::min(1.0, others * p);
    other.told_apart = lower ? other.interval.high < 0 : other.interval.low > 0;
  }
  return contest;
}

}  // namespace

ComparisonBasis ComparisonBasis::find(const Results& results) {
  const Shape& shape = results.table.shape;
  const SettingValue common = find_value(results.settings, "trials.common_random_numbers", shape, 0);
  ComparisonBasis basis;
  if (const bool* truth = std::get_if<bool>(&common)) basis.common_chips = *truth;
  const auto rules = StoppingRules::find(results.settings, shape);
  if (shape.replicas > 1) basis.units = IntervalOver::trainings;
  if (rules && (shape.replicas == 1 || rules->is_over_trainings())) {
    basis.kind = IntervalKind::sequence;
    basis.confidence = rules->until().confidence;
  }
  if (rules && rules->is_over_trainings()) basis.tuned_for = kRaceTunedForTrainings;
  return basis;
}

std::vector<Comparison> compare_with_baseline(const Results& results, const ComparisonOptions& options,
                                              std::size_t baseline) {
  const Shape& shape = results.table.shape;
  const ComparisonBasis basis = ComparisonBasis::find(results);
  const PairingOptions pairing{
      .confidence = basis.confidence, .looks = looks_of(results, basis), .tuned_for = basis.tuned_for};
  std::vector<Comparison> comparisons;
  std::vector<double> p_values;
  for (const std::size_t point : options.points) {
    std::vector<std::size_t> indices = shape.indices(point);
    if (indices[options.axis] == baseline) continue;
    indices[options.axis] = baseline;
    const std::array<std::size_t, 2> pair = {point, shape.point(indices)};
    const std::vector<std::vector<double>> units = common_units(results.table, options.metric, pair);
    Comparison comparison{.point = pair[0], .baseline = pair[1]};
    comparison.difference = compare_pairs(units[0], units[1], pairing);
    comparison.interval = interval_of(comparison.difference, basis.kind, results.table.metrics[options.metric]);
    comparison.p = p_of(comparison.difference, basis.kind);
    comparison.units_saved =
        static_cast<double>(comparison.difference.count) * (comparison.difference.pairing_gain - 1);
    p_values.push_back(comparison.p);
    comparisons.push_back(comparison);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < comparisons.size(); ++i) comparisons[i].adjusted_p = adjusted[i];
  return comparisons;
}

std::vector<Contest> find_best(const Results& results, const ComparisonOptions& options) {
  const Shape& shape = results.table.shape;
  const ComparisonBasis basis = ComparisonBasis::find(results);
  std::map<std::size_t, std::vector<std::size_t>> groups;  // by the point with the axis' first value
  for (const std::size_t point : options.points) {
    std::vector<std::size_t> indices = shape.indices(point);
    indices[options.axis] = 0;
    groups[shape.point(indices)].push_back(point);
  }
  std::vector<Contest> contests;
  for (const auto& [first, points] : groups) contests.push_back(contest_between(results, options, basis, points));
  return contests;
}

}  // namespace ohmcarlo
