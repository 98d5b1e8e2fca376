#include "statistics/summary.hpp"

#include <cmath>

#include "statistics/welch.hpp"

namespace ohmcarlo {

PointSummary summarise_point(const TrialGrid& metric, const Judgement& judgement) {
  metric.check();
  PointSummary summary;
  summary.failures = judgement.failures;
  summary.collapsed = judgement.collapses;
  std::vector<double> all, means;
  std::vector<std::vector<double>> chips_of_replicas;
  std::vector<VarianceTerm> terms;
  for (std::size_t replica = 0; replica < metric.replicas; ++replica) {
    const std::vector<double> values = metric.chips(replica);
    const Sample chips = summarise(values);
    summary.per_replica.push_back({chips, mean_interval(chips)});
    if (chips.count == 0) continue;
    all.insert(all.end(), values.begin(), values.end());
    means.push_back(chips.mean);
    chips_of_replicas.push_back(values);
    const auto count = static_cast<double>(chips.count);
    terms.push_back({chips.sd * chips.sd / count, count - 1});
  }
  const Sample chips = summarise(all);
  summary.count = chips.count;
  summary.median = chips.median;
  summary.shape = tail_shape(chips_of_replicas);
  summary.replicas = means.size();
  summary.interval_over = metric.replicas > 1 ? IntervalOver::trainings : IntervalOver::chips;
  const Sample headline = metric.replicas > 1 ? summarise(means) : chips;
  summary.mean = headline.mean;
  summary.sd = headline.sd;
  summary.interval = mean_interval(headline);
  summary.chip_interval =
      metric.replicas > 1 ? welch_interval(headline.mean, terms, static_cast<double>(means.size())) : summary.interval;
  return summary;
}

}  // namespace ohmcarlo
