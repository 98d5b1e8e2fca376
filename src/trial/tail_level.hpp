#pragma once
// A level of subset simulation while its chains are gone through: which chips it needs next, and what follows from
// their scores.

#include <cstdint>
#include <span>
#include <vector>

#include "records/tail.hpp"
#include "trial/tail.hpp"

namespace ohmcarlo {

/// One level of one run. Chains that are evaluated side by side are a group, and make one step after the other; groups
/// do not wait for each other.
class TailLevel {
 public:
  /// Nothing but the first states of `stage`, of run number `run`, is known. Chips g * together and those that follow
  /// are group g, the last of which may be smaller.
  TailLevel(TailStage stage, std::uint64_t chip_key, std::uint32_t run, std::size_t together);

  [[nodiscard]] std::size_t level() const { return stage_.level; }
  [[nodiscard]] std::size_t groups() const { return steps_.size(); }
  /// Whether all chains of the group have all their states.
  [[nodiscard]] bool is_over(std::size_t group) const;
  [[nodiscard]] bool is_over() const;

  /// The chips that the group needs the scores of, one a chain: chains that have all their states go on beside the
  /// others, for nothing. Not of a group that is over.
  [[nodiscard]] std::vector<Lineage> next_chips(std::size_t group) const;
  /// Takes the scores of these chips: a chip no better than the threshold is its chain's next state; else the one
  /// before counts again. Returns how many of them are states.
  std::size_t take(std::size_t group, std::span<const ChipScore> scores);

  /// All states, once it is over.
  [[nodiscard]] ChainStates states() const;

  /// What is known of it.
  [[nodiscard]] TailPart part() const;
  /// Goes on from what another object of the same stage knew. Throws std::runtime_error if that cannot be.
  void restore(const TailPart& part);

 private:
  struct ChainSoFar {
    Lineage last;  ///< its last state
    std::vector<ChipScore> scores;
    std::vector<bool> accepted;  ///< as of ChainStates
  };

  /// The chip that is proposed to a chain for its state number `step`.
  [[nodiscard]] Lineage propose(std::size_t chain, std::size_t step) const;
  /// One behind the last chain of the group.
  [[nodiscard]] std::size_t end_of(std::size_t group) const;

  TailStage stage_;
  std::uint64_t chip_key_;
  std::uint32_t run_;
  std::size_t together_;
  std::vector<ChainSoFar> chains_;
  std::vector<std::size_t> steps_;    ///< of each group: the number of the states that it needs next
  std::vector<std::size_t> lengths_;  ///< of each group: of its longest chain
};

}  // namespace ohmcarlo
