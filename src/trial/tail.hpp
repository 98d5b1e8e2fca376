#pragma once
// Chips of subset simulation: who they are, and how chains of them are evaluated.

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "statistics/subset_simulation.hpp"
#include "trial/chips.hpp"

namespace ohmcarlo {

/// The key of step `step` of chain number `chain` at level `level` (from 1, whose chains are plain chips of one step,
/// 0).
[[nodiscard]] std::uint64_t tail_key(std::uint64_t chip_key, std::uint32_t run, std::size_t level, std::size_t chain,
                                     std::size_t step);

/// A chip as it was evaluated: its draws, and its place among the chips that are evaluated together.
struct TailChip {
  Lineage lineage;
  std::size_t place = 0;  ///< modulo the chips of a unit
};

/// The chip that is state number `state` of the run's level number `level`, from 1.
[[nodiscard]] TailChip find_tail_chip(const SubsetRun& run, std::uint64_t chip_key, std::uint32_t number,
                                      std::size_t level, std::size_t state);

/// One chain of a level to go through.
struct TailChain {
  std::uint64_t key = 0;  ///< of the first state's lineage
  std::vector<Move> moves;
  ChipScore score;           ///< of the first state
  std::uint64_t length = 1;  ///< states, the first among them

  static auto members(auto& self) { return std::tie(self.key, self.moves, self.score, self.length); }
};

/// What one run needs next. At level 1, plain chips: chains of one state that has no score yet.
struct TailStage {
  std::uint64_t level = 0;  ///< 0: the run is over
  ChipScore threshold;
  double step = 0;
  std::vector<TailChain> chains;

  static auto members(auto& self) { return std::tie(self.level, self.threshold, self.step, self.chains); }
};

/// The stage that comes next in run number `number`, which may have no level yet.
[[nodiscard]] TailStage next_stage(const SubsetRule& rule, const SubsetRun& run, std::uint64_t chip_key,
                                   std::uint32_t number);

/// States of some chains, chain after chain.
struct TailStates {
  std::vector<ChipScore> scores;
  std::vector<std::uint8_t> accepted;  ///< as of ChainStates

  static auto members(auto& self) { return std::tie(self.scores, self.accepted); }
};

/// Goes through the chains unit * n .. unit * n + n - 1 of run number `number`, side by side, n being the chips that
/// are evaluated together.
[[nodiscard]] TailStates run_tail_unit(PreparedEvaluation& chips, std::uint32_t replica, std::uint32_t number,
                                       const TailStage& stage, std::uint32_t unit, const Poll& poll);

/// Evaluates one chip again at its place. The chips then hold it there.
[[nodiscard]] ChipScore evaluate_tail_chip(PreparedEvaluation& chips, std::uint32_t replica, const TailChip& chip,
                                           const Poll& poll);

}  // namespace ohmcarlo
