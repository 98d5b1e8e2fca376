#pragma once
// Subset simulation of the linear limit state -(z_1 + ... + z_d) / sqrt(d), whose probabilities are known exactly.

#include <cmath>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/subset_simulation.hpp"

namespace ohmcarlo::test {

/// One run in `dimensions` dimensions: P(accuracy <= -beta).
inline double run_limit_state(std::size_t chips, double beta, std::size_t dimensions, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  using State = std::vector<double>;
  const auto fresh = [&] {
    State z(dimensions);
    for (double& each : z) each = normal(random);
    return z;
  };
  const auto score = [&](const State& z) {
    double sum = 0;
    for (const double each : z) sum += each;
    return ChipScore{-sum / std::sqrt(static_cast<double>(dimensions)), 0};
  };
  std::vector<State> states;
  const SubsetRule rule{.chips = chips, .share = 0.1, .most_levels = 10, .target = -beta};
  const SubsetRun run = simulate_subsets(
      rule,
      [&](std::size_t count) {
        std::vector<ChipScore> scores;
        for (std::size_t i = 0; i < count; ++i) {
          states.push_back(fresh());
          scores.push_back(score(states.back()));
        }
        return scores;
      },
      [&](std::size_t, std::span<const Chain> chains, const ChipScore& threshold, double step) {
        ChainStates level;
        std::vector<State> next;
        const double keep = std::sqrt(1 - step * step);
        for (const Chain& chain : chains) {
          State z = states[chain.first];
          for (std::size_t i = 0; i < chain.length; ++i) {
            bool accepted = false;
            if (i > 0) {
              State proposal = fresh();
              for (std::size_t d = 0; d < dimensions; ++d) proposal[d] = keep * z[d] + step * proposal[d];
              accepted = score(proposal) <= threshold;
              if (accepted) z = std::move(proposal);
            }
            level.accepted.push_back(accepted);
            level.scores.push_back(score(z));
            next.push_back(z);
          }
        }
        states = std::move(next);
        return level;
      });
  return run.probability(-beta);
}

/// The exact probability.
inline double tail_of_normal(double beta) {
  return 0.5 * std::erfc(beta / std::sqrt(2.0));
}

/// What many estimates are worth.
struct Quality {
  double bias = 0;      ///< of the mean of all runs, relative
  double coverage = 0;  ///< of intervals of eight runs each
};

/// Of `estimates` estimates of eight runs each, in one dimension.
inline Quality measure(std::size_t chips, double beta, int estimates) {
  constexpr std::size_t kRuns = 8;
  std::mt19937_64 random(7);
  const double truth = tail_of_normal(beta);
  double sum = 0;
  int covered = 0;
  for (int e = 0; e < estimates; ++e) {
    std::vector<double> p;
    for (std::size_t r = 0; r < kRuns; ++r) p.push_back(run_limit_state(chips, beta, 1, random));
    const TailEstimate estimate = combine_runs(p, 0.95);
    sum += estimate.probability;
    if (estimate.interval.low <= truth && truth <= estimate.interval.high) ++covered;
  }
  return {sum / estimates / truth - 1, static_cast<double>(covered) / estimates};
}

/// Eight runs of 100 chips at beta 2 to 5: the exact probability lies within their interval, but for a factor of 1.5.
inline void expect_limit_states_in(std::size_t dimensions) {
  for (const double beta : {2.0, 3.0, 4.0, 5.0}) {
    std::mt19937_64 random(11);
    std::vector<double> p;
    for (int r = 0; r < 8; ++r) p.push_back(run_limit_state(100, beta, dimensions, random));
    const TailEstimate estimate = combine_runs(p, 0.999);
    const double truth = tail_of_normal(beta);
    if (std::isfinite(estimate.interval.low)) {
      EXPECT_LE(estimate.interval.low, 1.5 * truth) << beta;
      EXPECT_GE(estimate.interval.high, truth / 1.5) << beta;
    } else {
      EXPECT_NEAR(std::log(estimate.probability), std::log(truth), 2) << beta;
    }
  }
}

}  // namespace ohmcarlo::test
