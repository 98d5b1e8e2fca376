#pragma once
// Chips of subset simulation: who they are, where chains of them begin, and how they are evaluated.

#include <cstdint>
#include <vector>

#include "statistics/subset_simulation.hpp"
#include "trial/chips.hpp"

namespace ohmcarlo {

/// The key of step `step` of chain number `chain` at level `level` (from 1, whose chains are plain chips of one step,
/// 0).
[[nodiscard]] std::uint64_t tail_key(std::uint64_t chip_key, std::uint32_t run, std::size_t level, std::size_t chain,
                                     std::size_t step);

/// A move of the size sqrt(1 - rho^2) = `step`.
[[nodiscard]] Move make_move(std::uint64_t key, double step);

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
  Lineage first;             ///< its first state
  ChipScore score;           ///< of that
  std::uint64_t length = 1;  ///< states, the first among them
};

/// What one run needs next. At level 1, plain chips: chains of one state that has no score yet.
struct TailStage {
  std::uint64_t level = 0;  ///< 0: the run is over
  ChipScore threshold;
  double step = 0;
  std::vector<TailChain> chains;
};

/// The stage that comes next in run number `number`, which may have no level yet.
[[nodiscard]] TailStage next_stage(const SubsetRule& rule, const SubsetRun& run, std::uint64_t chip_key,
                                   std::uint32_t number);

/// Programs and evaluates these chips, one to as many as are evaluated together, each at its place in the list.
[[nodiscard]] std::vector<ChipScore> score_chips(PreparedEvaluation& chips, std::uint32_t replica,
                                                 std::vector<Lineage> lineages, const Poll& poll);

/// Evaluates one chip again at its place. The chips then hold it there.
[[nodiscard]] ChipScore evaluate_tail_chip(PreparedEvaluation& chips, std::uint32_t replica, const TailChip& chip,
                                           const Poll& poll);

}  // namespace ohmcarlo
