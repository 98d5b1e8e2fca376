#include "app/tail_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kConfidence = 0.95;

/// Mean of values over runs with Student's interval.
void conclude_quantile(const std::vector<double>& values, TailRecord& tail) {
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) squares += std::pow(value - mean, 2);
  const auto runs = static_cast<double>(values.size());
  tail.spread = std::sqrt(squares / (runs - 1));
  const double half = student_t_quantile((1 + kConfidence) / 2, runs - 1) * tail.spread / std::sqrt(runs);
  tail.estimate = mean;
  tail.ci_low = mean - half;
  tail.ci_high = mean + half;
}

}  // namespace

SubsetRule rule_of(const TailRecord& tail) {
  SubsetRule rule;
  rule.chips = tail.chips;
  rule.target = std::isnan(tail.below) ? -1 : tail.below;
  rule.probability = std::isnan(tail.quantile) ? 0 : tail.quantile;
  return rule;
}

SubsetRun run_of(const SubsetRule& rule, const std::vector<TailLevelRecord>& levels) {
  SubsetRun run;
  for (const TailLevelRecord& record : levels) {
    SubsetLevel level;
    for (std::size_t i = 0; i < record.accuracy.size(); ++i)
      level.scores.push_back({record.accuracy[i], record.margin[i]});
    for (std::size_t i = 0; i < record.chain_first.size(); ++i)
      level.chains.push_back({record.chain_first[i], record.chain_length[i]});
    for (const std::uint32_t accepted : record.accepted) level.accepted.push_back(accepted != 0);
    level.step = record.step;
    end_level(rule, std::move(level), run);
  }
  return run;
}

std::vector<TailLevelRecord> record_of(const SubsetRun& run) {
  std::vector<TailLevelRecord> records;
  for (const SubsetLevel& level : run.levels) {
    TailLevelRecord& record = records.emplace_back();
    for (const ChipScore& score : level.scores) {
      record.accuracy.push_back(score.accuracy);
      record.margin.push_back(score.margin);
    }
    for (const Chain& chain : level.chains) {
      record.chain_first.push_back(static_cast<std::uint32_t>(chain.first));
      record.chain_length.push_back(static_cast<std::uint32_t>(chain.length));
    }
    for (const bool accepted : level.accepted) record.accepted.push_back(accepted ? 1 : 0);
    record.step = level.step;
    record.threshold_accuracy = level.threshold.accuracy;
    record.threshold_margin = level.threshold.margin;
    record.share = level.share();
    record.acceptance = level.acceptance();
    record.correlation = level.correlation();
  }
  return records;
}

void conclude_tail(const SubsetRule& rule, const std::vector<SubsetRun>& runs, TailRecord& tail) {
  tail.evaluations = 0;
  std::vector<double> values;
  bool reached = true;
  double bound = 0;
  for (const SubsetRun& run : runs) {
    for (const SubsetLevel& level : run.levels) tail.evaluations += level.scores.size() - level.chains.size();
    const bool there = rule.probability > 0 ? run.last_probability() <= rule.probability : run.reaches(rule.target);
    reached = reached && there;
    bound += run.last_probability() / static_cast<double>(runs.size());
    if (there && rule.probability > 0) values.push_back(run.quantile(rule.probability).accuracy);
    if (rule.probability == 0) values.push_back(run.probability(rule.target));
  }
  if (!reached) {
    tail.upper_bound = bound;
    return;
  }
  if (rule.probability > 0) return conclude_quantile(values, tail);
  const TailEstimate estimate = combine_runs(values, kConfidence);
  tail.estimate = estimate.probability;
  tail.ci_low = estimate.interval.low;
  tail.ci_high = estimate.interval.high;
  tail.spread = estimate.spread;
}

void add_worst(const WorstChip& chip, TailRecord& tail) {
  tail.worst.insert(std::ranges::upper_bound(tail.worst, chip.bound, {}, &WorstChip::bound), chip);
  for (std::size_t i = 1; i < tail.worst.size(); ++i)
    tail.worst[i].accuracy = std::min(tail.worst[i].accuracy, tail.worst[i - 1].accuracy);
}

namespace {

std::string estimate_text(const TailRecord& tail) {
  std::string text = fmt::format("{}: {}\n", tail.name, tail.point);
  text += fmt::format("{:<6} {:>9} {:>10} {:>9} {:>11} {:>11}\n", "level", "accuracy", "share", "step", "acceptance",
                      "correlation");
  for (std::size_t l = 0; l < tail.runs.front().size(); ++l) {
    const TailLevelRecord& level = tail.runs.front()[l];
    text += fmt::format("{:<6} {:>9.4f} {:>10.4f} {:>9.3f} {:>11.3f} {:>11.3f}{}\n", l + 1, level.threshold_accuracy,
                        level.share, level.step, level.acceptance, level.correlation, l == 0 ? "  (run 0)" : "");
  }
  const std::string cost = fmt::format("{} chips in {} runs", tail.evaluations, tail.runs.size());
  if (!std::isnan(tail.upper_bound))
    return text + fmt::format("not reached: the probability is at most about {:.2g} (mean of the last levels; {})\n",
                              tail.upper_bound, cost);
  if (!std::isnan(tail.quantile))
    return text + fmt::format("accuracy of the worst {:g} of chips: {:.4f}, 95 % interval {:.4f} to {:.4f} ({})\n",
                              tail.quantile, tail.estimate, tail.ci_low, tail.ci_high, cost);
  text += fmt::format("P(accuracy <= {:g}) = {:.3g}", tail.below, tail.estimate);
  if (std::isnan(tail.ci_low))
    return text + fmt::format(
                      ", no interval: the runs differ too much (sd of ln P {:.2f}, more than {:g}): a larger "
                      "--chips is needed ({})\n",
                      tail.spread, TailEstimate::kMostSpread, cost);
  return text + fmt::format(", 95 % interval {:.3g} to {:.3g} (sd of ln P {:.2f}; {})\n", tail.ci_low, tail.ci_high,
                            tail.spread, cost);
}

}  // namespace

std::string tail_text(const TailRecord& tail) {
  std::string text = estimate_text(tail);
  for (const WorstChip& worst : tail.worst)
    text += fmt::format("worst chip found with every cell within {:g} sigma: accuracy {:.4f} (one step: {:.4f})\n",
                        worst.bound, worst.accuracy, worst.one_step);
  return text;
}

TailPlace find_rank(const std::vector<SubsetRun>& runs, std::size_t rank) {
  std::vector<std::pair<ChipScore, TailPlace>> chips;
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (std::size_t l = 0; l < runs[r].levels.size(); ++l) {
      const SubsetLevel& level = runs[r].levels[l];
      for (std::size_t i = 0; i < level.scores.size(); ++i)
        if (l == 0 || level.accepted[i]) chips.push_back({level.scores[i], {r, l + 1, i}});
    }
  if (rank < 1 || rank > chips.size()) fail_usage("--rank {}: no such chip (allowed: 1 to {})", rank, chips.size());
  std::ranges::stable_sort(chips, {}, &std::pair<ChipScore, TailPlace>::first);
  return chips[rank - 1].second;
}

WorstPlace find_bound(const TailRecord& tail, double bound) {
  const auto asked = std::ranges::find(tail.worst, bound, &WorstChip::bound);
  if (asked == tail.worst.end()) {
    std::vector<double> bounds;
    for (const WorstChip& chip : tail.worst) bounds.push_back(chip.bound);
    fail_usage(
        "--adversary {:g}: no such bound in the file (allowed: {})", bound,
        bounds.empty() ? "none: 'ohmcarlo tail' had no --adversary" : fmt::format("{:g}", fmt::join(bounds, ", ")));
  }
  const auto found = std::ranges::find(tail.worst, asked->accuracy, &WorstChip::accuracy);
  return {static_cast<std::size_t>(asked - tail.worst.begin()), static_cast<std::size_t>(found - tail.worst.begin())};
}

}  // namespace ohmcarlo
