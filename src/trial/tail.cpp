#include "trial/tail.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

ChipScore score_of(const ChipOutcome& outcome) {
  const double margin = outcome.tally.margin();
  return {outcome.tally.accuracy(), std::isnan(margin) ? -std::numeric_limits<double>::infinity() : margin};
}

}  // namespace

Move make_move(std::uint64_t key, double step) {
  return {key, static_cast<float>(std::sqrt(1 - step * step)), static_cast<float>(step)};
}

std::uint64_t tail_key(std::uint64_t chip_key, std::uint32_t run, std::size_t level, std::size_t chain,
                       std::size_t step) {
  constexpr std::uint64_t kTail = 0x7A;  // beside the rounds of deployment
  return derived_key(chip_key, kTail << 56 | std::uint64_t{run} << 48 | std::uint64_t{level} << 40 |
                                   std::uint64_t{chain} << 20 | std::uint64_t{step});
}

TailChip find_tail_chip(const SubsetRun& run, std::uint64_t chip_key, std::uint32_t number, std::size_t level,
                        std::size_t state) {
  if (level == 1) return {tail_key(chip_key, number, 1, state, 0), state};
  const SubsetLevel& states = run.levels[level - 1];
  std::size_t first = 0, chain = 0;
  while (state >= first + states.chains[chain].length) first += states.chains[chain++].length;
  TailChip chip = find_tail_chip(run, chip_key, number, level - 1, states.chains[chain].first);
  for (std::size_t i = first + 1; i <= state; ++i) {
    if (!states.accepted[i]) continue;
    chip.lineage.moves.push_back(make_move(tail_key(chip_key, number, level, chain, i - first), states.step));
    chip.place = chain;
  }
  return chip;
}

TailStage next_stage(const SubsetRule& rule, const SubsetRun& run, std::uint64_t chip_key, std::uint32_t number) {
  TailStage stage;
  if (run.levels.empty()) {
    stage.level = 1;
    for (std::size_t i = 0; i < rule.chips; ++i) stage.chains.push_back({tail_key(chip_key, number, 1, i, 0), {}, 1});
    return stage;
  }
  if (is_over(rule, run)) return stage;
  const SubsetLevel level = begin_level(rule, run);
  stage.level = run.levels.size() + 1;
  stage.threshold = run.levels.back().threshold;
  stage.step = level.step;
  for (const Chain& chain : level.chains) {
    const TailChip seed = find_tail_chip(run, chip_key, number, run.levels.size(), chain.first);
    stage.chains.push_back({seed.lineage, run.levels.back().scores[chain.first], chain.length});
  }
  return stage;
}

std::vector<ChipScore> score_chips(PreparedEvaluation& chips, std::uint32_t replica, std::vector<Lineage> lineages,
                                   const Poll& poll) {
  const std::size_t count = lineages.size();
  const auto copies = static_cast<std::size_t>(chips.chips->count());
  require(count > 0 && count <= copies, "chips of a group are evaluated together");
  lineages.resize(copies, lineages.front());  // groups are always whole
  chips.chips->program_each(lineages, replica, poll);
  std::vector<ChipScore> scores;
  for (const ChipOutcome& outcome : chips.chips->evaluate(chips.test->all(), poll))
    if (scores.size() < count) scores.push_back(score_of(outcome));
  return scores;
}

ChipScore evaluate_tail_chip(PreparedEvaluation& chips, std::uint32_t replica, const TailChip& chip, const Poll& poll) {
  const auto copies = static_cast<std::size_t>(chips.chips->count());
  chips.chips->program_each(std::vector<Lineage>(copies, chip.lineage), replica, poll);
  return score_of(chips.chips->evaluate(chips.test->all(), poll)[chip.place % copies]);
}

}  // namespace ohmcarlo
