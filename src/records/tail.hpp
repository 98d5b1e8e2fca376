#pragma once
// What a file of tails holds.

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace ohmcarlo {

/// A level of one run; a number a state in its vectors, chain after chain.
struct TailLevelRecord {
  std::vector<double> accuracy = {};
  std::vector<double> margin = {};              ///< mean over images
  std::vector<std::uint32_t> accepted = {};     ///< 1 where a move was, 0 where the state before counts again
  std::vector<std::uint32_t> chain_first = {};  ///< numbers of states of the level before; none at the first level
  std::vector<std::uint32_t> chain_length = {};
  double step = 0;  ///< sqrt(1 - rho^2) of its moves
  // What follows from these:
  double threshold_accuracy = 0, threshold_margin = 0;
  double share = 0, acceptance = 0, correlation = 0;
};

/// What is known of a level that is not over: of each of its chains the first states, chain after chain.
struct TailPart {
  std::vector<std::uint32_t> states = {};  ///< known, of each chain
  std::vector<double> accuracy = {}, margin = {};
  std::vector<std::uint32_t> accepted = {};  ///< as of TailLevelRecord; 0 for the first of a chain
};

/// The worst chip that was found among those whose every cell misses its target by at most `bound` sigma.
struct WorstChip {
  double bound = 0;
  double accuracy = 0;  ///< no higher than within a smaller bound
  double one_step = 0;  ///< accuracy where every weight is moved by the whole bound, once

  static auto members(auto& self) { return std::tie(self.bound, self.accuracy, self.one_step); }
};

struct TailRecord {
  std::string name = {}, toml = {}, hash = {}, status = {}, point = {};
  std::string device = {};  ///< what evaluates its chips: the kind of device, part of `hash`; "" for the processor
  std::vector<std::string> selectors = {};                     ///< of the point
  double below = std::numeric_limits<double>::quiet_NaN();     ///< accuracy whose probability is wanted, or NaN
  double quantile = std::numeric_limits<double>::quiet_NaN();  ///< probability whose accuracy is wanted, or NaN
  std::uint64_t chips = 0;                                     ///< of a level
  std::vector<std::vector<TailLevelRecord>> runs = {};
  std::vector<TailPart> parts = {};  ///< of each run what comes behind its levels, if anything; none once all is over
  // What follows: an estimate of what is wanted, its interval at 95 % (NaN without), the sd of logarithms over runs.
  double estimate = std::numeric_limits<double>::quiet_NaN(), ci_low = estimate, ci_high = estimate, spread = estimate;
  double upper_bound = std::numeric_limits<double>::quiet_NaN();  ///< of a target that was not reached
  std::uint64_t evaluations = 0;
  std::vector<WorstChip> worst = {};  ///< in growing order of their bounds
};

}  // namespace ohmcarlo
