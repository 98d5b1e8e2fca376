#pragma once
// The runs of ohmcarlo tail and what a file says of them.

#include <string>
#include <vector>

#include "records/tail.hpp"
#include "statistics/subset_simulation.hpp"

namespace ohmcarlo {

/// What a file's numbers ask for.
[[nodiscard]] SubsetRule rule_of(const TailRecord& tail);

/// The levels of one run, as its file has them; chains and scores are taken, all else follows from them again.
[[nodiscard]] SubsetRun run_of(const SubsetRule& rule, const std::vector<TailLevelRecord>& levels);

[[nodiscard]] std::vector<TailLevelRecord> record_of(const SubsetRun& run);

/// Estimate, interval, spread, bound and evaluations of these runs, which are over.
void conclude_tail(const SubsetRule& rule, const std::vector<SubsetRun>& runs, TailRecord& tail);

/// Adds a chip of the adversary, in the order of bounds: what a smaller bound allows, a larger one does, too.
void add_worst(const WorstChip& chip, TailRecord& tail);

/// What a user is told, several lines.
[[nodiscard]] std::string tail_text(const TailRecord& tail);

/// A state of a file's runs. `level` counts from 1.
struct TailPlace {
  std::size_t run = 0, level = 1, state = 0;
};

/// The chip of this rank, 1 for the worst, among all different chips that the runs have met; equal scores in the order
/// of run, level and state. Throws BadUsage if there are fewer.
[[nodiscard]] TailPlace find_rank(const std::vector<SubsetRun>& runs, std::size_t rank);

/// Chips of the adversary, by their numbers in TailRecord::worst.
struct WorstPlace {
  std::size_t asked = 0;
  std::size_t found = 0;  ///< of the smallest bound within which that chip was found
};

/// The chip of this bound. Throws BadUsage if the adversary has not searched within it.
[[nodiscard]] WorstPlace find_bound(const TailRecord& tail, double bound);

}  // namespace ohmcarlo
