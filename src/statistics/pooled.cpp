#include <cmath>
#include <span>

#include "base/error.hpp"
#include "statistics/summary.hpp"
#include "statistics/welch.hpp"

namespace ohmcarlo {
namespace {

// One unit of a ratio estimator: a chip, or all chips of a replica.
struct Unit {
  double weighted = 0.0;  // sum of ekl * correct
  double correct = 0.0;

  void add(const Unit& other) {
    weighted += other.weighted;
    correct += other.correct;
  }
  [[nodiscard]] double distance(double ratio) const { return weighted - ratio * correct; }
};

struct Ratio {
  double value = kNaN;
  double sd = kNaN;  // sqrt(units) times the standard error
  Interval interval;
};

Unit total(std::span<const Unit> units) {
  Unit sum;
  for (const Unit& unit : units) sum.add(unit);
  return sum;
}

Ratio estimate(std::span<const Unit> units) {
  const Unit sum = total(units);
  Ratio ratio;
  if (sum.correct <= 0.0) return ratio;
  ratio.value = sum.weighted / sum.correct;
  if (units.size() < 2) return ratio;
  double squares = 0.0;
  for (const Unit& unit : units) squares += std::pow(unit.distance(ratio.value), 2);
  const auto count = static_cast<double>(units.size());
  const double standard_error = std::sqrt(squares * count / (count - 1)) / sum.correct;
  ratio.sd = standard_error * std::sqrt(count);
  ratio.interval = t_interval(ratio.value, standard_error, count - 1);
  return ratio;
}

// The chips of a replica that were evaluated; the values of ekl that exist go to `ekls`.
std::vector<Unit> chips_of(const TrialGrid& ekl, const TrialGrid& correct, std::size_t replica,
                           std::vector<double>& ekls) {
  std::vector<Unit> chips;
  for (std::size_t trial = 0; trial < ekl.trials; ++trial) {
    if (!correct.counts(replica, trial)) continue;
    const double images = correct.values[replica * ekl.trials + trial];
    const double value = ekl.values[replica * ekl.trials + trial];
    if (images == 0.0) {
      chips.push_back({});
    } else if (ekl.counts(replica, trial)) {
      chips.push_back({value * images, images});
      ekls.push_back(value);
    }
  }
  return chips;
}

// The variance of the sum of `distance` over a replica's chips, for given trainings.
VarianceTerm within(std::span<const Unit> chips, double ratio) {
  std::vector<double> distances;
  for (const Unit& chip : chips) distances.push_back(chip.distance(ratio));
  const double sd = summarise(distances).sd;
  const auto count = static_cast<double>(chips.size());
  return {sd * sd * count, count - 1};
}

}  // namespace

PointSummary summarise_pooled(const TrialGrid& ekl, const TrialGrid& correct, const Judgement& judgement) {
  ekl.check();
  correct.check();
  require(ekl.replicas == correct.replicas && ekl.trials == correct.trials, "two grids of one shape");
  PointSummary summary;
  summary.failures = judgement.failures;
  summary.collapsed = judgement.collapses;
  std::vector<std::vector<Unit>> chips;
  std::vector<Unit> replicas;
  std::vector<double> all;
  for (std::size_t replica = 0; replica < ekl.replicas; ++replica) {
    std::vector<double> ekls;
    chips.push_back(chips_of(ekl, correct, replica, ekls));
    const Ratio ratio = estimate(chips.back());
    ReplicaSummary one{summarise(ekls), ratio.interval};
    one.chips.count = chips.back().size();
    one.chips.mean = ratio.value;
    one.chips.sd = ratio.sd;
    summary.per_replica.push_back(one);
    summary.count += chips.back().size();
    all.insert(all.end(), ekls.begin(), ekls.end());
    if (!chips.back().empty()) replicas.push_back(total(chips.back()));
  }
  summary.replicas = replicas.size();
  summary.median = summarise(all).median;
  summary.interval_over = ekl.replicas > 1 ? IntervalOver::trainings : IntervalOver::chips;
  const Ratio headline = ekl.replicas == 1 ? estimate(chips.front()) : estimate(replicas);
  summary.mean = headline.value;
  summary.sd = headline.sd;
  summary.interval = headline.interval;
  summary.chip_interval = headline.interval;
  if (ekl.replicas > 1 && !std::isnan(headline.value)) {
    std::vector<VarianceTerm> terms;
    for (const std::vector<Unit>& replica : chips) {
      if (!replica.empty()) terms.push_back(within(replica, headline.value));
    }
    summary.chip_interval = welch_interval(headline.value, terms, total(replicas).correct);
  }
  return summary;
}

}  // namespace ohmcarlo
