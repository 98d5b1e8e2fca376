#include "statistics/subset_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kFirstStep = 0.6;
constexpr double kLargestStep = 0.95;
constexpr double kWantedAcceptance = 0.44;

/// Threshold and seeds of a level from its scores.
void find_seeds(const SubsetRule& rule, SubsetLevel& level) {
  std::vector<ChipScore> sorted = level.scores;
  const auto place = static_cast<std::size_t>(std::ceil(rule.share * static_cast<double>(sorted.size()) - 1e-9)) - 1;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(place));
  level.threshold = sorted[place];
  for (std::size_t i = 0; i < level.scores.size(); ++i)
    if (level.scores[i] <= level.threshold) level.seeds.push_back(i);
}

/// The step of the next level's moves, once level number `level` is over.
double adapt(double step, double acceptance, std::size_t level) {
  const double log_step = std::log(step) + (acceptance - kWantedAcceptance) / std::sqrt(static_cast<double>(level));
  return std::min(std::exp(log_step), kLargestStep);
}

}  // namespace

double SubsetLevel::acceptance() const {
  if (chains.empty()) return kNaN;
  const auto moves = static_cast<double>(scores.size() - chains.size());
  return static_cast<double>(std::ranges::count(accepted, true)) / moves;
}

double SubsetLevel::correlation() const {
  if (chains.empty()) return kNaN;
  double mean = 0;
  for (const ChipScore& score : scores) mean += score.accuracy / static_cast<double>(scores.size());
  double variance = 0, product = 0;
  std::size_t pairs = 0, first = 0;
  for (const ChipScore& score : scores) variance += std::pow(score.accuracy - mean, 2);
  for (const Chain& chain : chains) {
    for (std::size_t i = first + 1; i < first + chain.length; ++i, ++pairs)
      product += (scores[i].accuracy - mean) * (scores[i - 1].accuracy - mean);
    first += chain.length;
  }
  return (product / static_cast<double>(pairs)) / (variance / static_cast<double>(scores.size()));
}

double SubsetRun::probability(double target) const {
  double product = 1;
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) product *= levels[i].share();
  const std::vector<ChipScore>& last = levels.back().scores;
  const auto there = std::ranges::count_if(last, [&](const ChipScore& score) { return score.accuracy <= target; });
  return product * static_cast<double>(there) / static_cast<double>(last.size());
}

double SubsetRun::last_probability() const {
  return std::transform_reduce(levels.begin(), levels.end(), 1.0, std::multiplies(),
                               [](const SubsetLevel& level) { return level.share(); });
}

std::vector<Chain> make_chains(std::span<const std::size_t> seeds, std::size_t states) {
  const std::size_t length = states / seeds.size(), more = states % seeds.size();
  std::vector<Chain> chains;
  for (std::size_t i = 0; i < seeds.size(); ++i) chains.push_back({seeds[i], length + (i < more ? 1 : 0)});
  return chains;
}

ChipScore SubsetRun::quantile(double q) const {
  double product = 1;
  for (const SubsetLevel& level : levels) {
    const double share = level.share();
    if (product * share <= q) {
      std::vector<ChipScore> sorted = level.scores;
      std::ranges::sort(sorted);
      const double place = std::ceil(q / product * static_cast<double>(sorted.size()) - 1e-9);
      return sorted[static_cast<std::size_t>(std::clamp(place, 1.0, static_cast<double>(sorted.size()))) - 1];
    }
    product *= share;
  }
  throw std::logic_error("a level has chips as rare as that");
}

bool is_over(const SubsetRule& rule, const SubsetRun& run) {
  return run.reaches(rule.target) || run.last_probability() <= rule.probability ||
         run.levels.size() >= rule.most_levels || run.levels.back().share() >= 1;
}

SubsetLevel begin_level(const SubsetRule& rule, const SubsetRun& run) {
  SubsetLevel level;
  const SubsetLevel& before = run.levels.back();
  level.step = before.chains.empty() ? kFirstStep : adapt(before.step, before.acceptance(), run.levels.size());
  level.chains = make_chains(before.seeds, rule.chips);
  return level;
}

void end_level(const SubsetRule& rule, SubsetLevel level, SubsetRun& run) {
  require(level.scores.size() == rule.chips && (level.chains.empty() || level.accepted.size() == rule.chips),
          "a level has all its states");
  find_seeds(rule, level);
  run.levels.push_back(std::move(level));
}

SubsetRun simulate_subsets(const SubsetRule& rule, const DrawChips& draw, const RunChains& run) {
  SubsetRun done;
  SubsetLevel first;
  first.scores = draw(rule.chips);
  end_level(rule, std::move(first), done);
  while (!is_over(rule, done)) {
    SubsetLevel level = begin_level(rule, done);
    ChainStates states = run(done.levels.size() + 1, level.chains, done.levels.back().threshold, level.step);
    level.scores = std::move(states.scores);
    level.accepted = std::move(states.accepted);
    end_level(rule, std::move(level), done);
  }
  return done;
}

TailEstimate combine_runs(std::span<const double> probabilities, double confidence) {
  const auto runs = static_cast<double>(probabilities.size());
  TailEstimate estimate{std::reduce(probabilities.begin(), probabilities.end()) / runs,
                        {kNaN, kNaN},
                        std::numeric_limits<double>::infinity()};
  if (std::ranges::any_of(probabilities, [](double p) { return !(p > 0); })) return estimate;
  double mean = 0, squares = 0;
  for (const double p : probabilities) mean += std::log(p) / runs;
  for (const double p : probabilities) squares += std::pow(std::log(p) - mean, 2);
  estimate.spread = std::sqrt(squares / (runs - 1));
  if (estimate.spread > TailEstimate::kMostSpread) return estimate;
  const double half = student_t_quantile((1 + confidence) / 2, runs - 1) * estimate.spread / std::sqrt(runs);
  estimate.interval = {estimate.probability * std::exp(-half), std::min(1.0, estimate.probability * std::exp(half))};
  return estimate;
}

}  // namespace ohmcarlo
