#include "statistics/race.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "statistics/confidence_sequence.hpp"
#include "statistics/fixed_width.hpp"

namespace ohmcarlo {
namespace {

using RaceValues = std::span<const std::vector<double>>;

/// The means over the first `chips` of which every one of `racing` has a result; NaN if there is no such chip.
std::vector<double> means_in_common(RaceValues values, const std::vector<std::size_t>& racing, std::size_t chips) {
  std::vector<std::vector<double>> common(racing.size());
  for (std::size_t chip = 0; chip < chips; ++chip) {
    if (!std::ranges::all_of(racing, [&](std::size_t value) { return std::isfinite(values[value][chip]); })) continue;
    for (std::size_t i = 0; i < racing.size(); ++i) common[i].push_back(values[racing[i]][chip]);
  }
  std::vector<double> means;
  for (const std::vector<double>& of_value : common) means.push_back(summarise(of_value).mean);
  return means;
}

/// The place of the best mean, of equal ones the first.
std::size_t find_leader(const std::vector<double>& means, bool lower_is_better) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < means.size(); ++i)
    if (lower_is_better ? means[i] < means[best] : means[i] > means[best]) best = i;
  return best;
}

/// How far the value is behind the leader over the first `chips`.
void compare_with_leader(const RaceRule& rule, RaceValues values, std::size_t leader, std::size_t chips,
                         RaceStanding& standing) {
  const double sign = rule.lower_is_better ? -1 : 1;
  std::vector<double> differences;
  for (std::size_t chip = 0; chip < chips; ++chip)
    differences.push_back(sign * (values[leader][chip] - values[standing.value][chip]));
  const Sample sample = summarise(finite_values(differences));
  standing.behind = sample.mean;
  const double alpha = 1 - rule.confidence, pair_alpha = 1 - pair_confidence(rule.confidence, values.size());
  const double half = sequence_half_width(sample.count, guarded_sd(sample.sd, sample.count, rule.images), pair_alpha,
                                          tuned_rho2(alpha, rule.tuned_for));
  if (!std::isfinite(half)) return;
  standing.interval = {sample.mean - half, sample.mean + half};
  standing.dropped = standing.interval.low > 0;
}

RaceLook take_look(const RaceRule& rule, RaceValues values, const std::vector<std::size_t>& racing, std::size_t chips) {
  RaceLook look{chips, {}};
  std::vector<std::size_t> present;
  for (const std::size_t value : racing) {
    const bool has_result = !finite_values(std::span(values[value]).first(chips)).empty();
    if (has_result) present.push_back(value);
    look.standings.push_back({.value = value, .dropped = !has_result});
  }
  if (present.empty()) return look;
  const std::vector<double> means = means_in_common(values, present, chips);
  const std::size_t leader = present[find_leader(means, rule.lower_is_better)];
  for (RaceStanding& standing : look.standings) {
    if (standing.dropped) continue;
    standing.mean = means[static_cast<std::size_t>(std::ranges::find(present, standing.value) - present.begin())];
    if (standing.value == leader) {
      standing.leads = true;
      standing.behind = 0;
    } else {
      compare_with_leader(rule, values, leader, chips, standing);
    }
  }
  return look;
}

/// Whether all that are left are as good as the leader.
bool are_within_tolerance(const RaceLook& look, double tolerance) {
  return std::ranges::all_of(look.standings, [&](const RaceStanding& standing) {
    return standing.dropped || standing.leads ||
           (standing.interval.low >= -tolerance && standing.interval.high <= tolerance);
  });
}

RaceEnd end_after(const RaceRule& rule, const RaceLook& look, std::size_t left) {
  if (left == 0) return RaceEnd::no_results;
  if (left == 1) return RaceEnd::one_left;
  if (are_within_tolerance(look, rule.tolerance)) return RaceEnd::within_tolerance;
  return look.chips == rule.looks.back() ? RaceEnd::at_last_look : RaceEnd::none;
}

}  // namespace

double pair_confidence(double confidence, std::size_t values) {
  require(values >= 2, "a race has two values at least");
  return 1 - (1 - confidence) / static_cast<double>(values - 1);
}

std::size_t first_telling_look(std::size_t values, double confidence, double tuned_for) {
  const double rho2 = tuned_rho2(1 - confidence, tuned_for), pair_alpha = 1 - pair_confidence(confidence, values);
  std::size_t count = 2;
  while (!std::isfinite(sequence_half_width(count, 1, pair_alpha, rho2))) ++count;
  return count;
}

RaceDecision run_race(const RaceRule& rule, std::span<const std::vector<double>> values) {
  require(rule.tolerance >= 0 && rule.confidence > 0 && rule.confidence < 1, "a tolerance and a confidence in range");
  require(rule.tuned_for > 0, "sequences are tuned for a number of chips");
  require(!rule.looks.empty() && std::ranges::is_sorted(rule.looks) && rule.looks.front() > 0, "looks in order");
  require(values.size() >= 2, "a race has two values at least");
  RaceDecision decision;
  decision.chips_needed.assign(values.size(), rule.looks.front());
  decision.dropped_at.assign(values.size(), 0);
  std::vector<std::size_t> racing(values.size());
  for (std::size_t value = 0; value < values.size(); ++value) racing[value] = value;
  for (const std::size_t chips : rule.looks) {
    for (const std::size_t value : racing) decision.chips_needed[value] = chips;
    if (std::ranges::any_of(racing, [&](std::size_t value) { return values[value].size() < chips; })) break;
    const RaceLook& look = decision.looks.emplace_back(take_look(rule, values, racing, chips));
    for (const RaceStanding& standing : look.standings) {
      if (standing.leads) decision.leader = standing.value;
      if (standing.dropped) decision.dropped_at[standing.value] = chips;
    }
    std::erase_if(racing, [&](std::size_t value) { return !decision.survives(value); });
    decision.end = end_after(rule, look, racing.size());
    if (decision.is_over()) break;
  }
  return decision;
}

}  // namespace ohmcarlo
