#pragma once
// All runs of a subset simulation at once, each of which goes through its levels without waiting for the others.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "trial/tail_level.hpp"

namespace ohmcarlo {

/// Asks for groups of chips and takes their scores, in whatever order these come. A request is a number: those of a run
/// count from 0, in the order in which they could be made.
class TailSearch {
 public:
  /// `runs` have the levels that are over, `parts` what is known of the levels behind them (empty: nothing of any).
  /// `chip_key`: of the point; `together`: chips that are evaluated side by side. Throws std::runtime_error for parts
  /// that are of no such level.
  TailSearch(const SubsetRule& rule, std::vector<SubsetRun> runs, std::span<const TailPart> parts,
             std::uint64_t chip_key, std::size_t together);

  [[nodiscard]] const std::vector<SubsetRun>& runs() const { return runs_; }
  /// So many levels all runs have got through; of runs that are over as many as the longest has.
  [[nodiscard]] std::size_t levels_done() const;
  /// The runs that are not over.
  [[nodiscard]] std::size_t runs_left() const;

  /// So many requests could be made of the run so far.
  [[nodiscard]] std::uint32_t requests(std::size_t run) const;
  /// The chips of a request that is not answered.
  [[nodiscard]] std::vector<Lineage> chips_of(std::size_t run, std::uint32_t request) const;

  struct Answered {
    std::size_t states = 0;   ///< of the scores, that are of a state: the others were evaluated beside these
    std::uint32_t more = 0;   ///< requests that could be made of the run now
    bool ends_level = false;  ///< of the run
  };
  /// Takes the scores of a request's chips.
  Answered take(std::size_t run, std::uint32_t request, std::span<const ChipScore> scores);

  /// What is known of the run's level under way; nothing of a run that is over.
  [[nodiscard]] TailPart part(std::size_t run) const;

 private:
  /// Begins the run's next level, unless it is over; returns how many requests that makes possible.
  std::uint32_t begin(std::size_t run, const TailPart& known);
  void end(std::size_t run);

  SubsetRule rule_;
  std::vector<SubsetRun> runs_;
  std::uint64_t chip_key_;
  std::size_t together_;
  std::vector<std::optional<TailLevel>> levels_;      ///< of each run the one under way; none: it is over
  std::vector<std::vector<std::uint32_t>> requests_;  ///< of each run: the group that each request is of
};

}  // namespace ohmcarlo
