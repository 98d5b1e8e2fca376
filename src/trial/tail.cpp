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

Move make_move(std::uint64_t key, double step) {
  return {key, static_cast<float>(std::sqrt(1 - step * step)), static_cast<float>(step)};
}

}  // namespace

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
    for (std::size_t i = 0; i < rule.chips; ++i)
      stage.chains.push_back({tail_key(chip_key, number, 1, i, 0), {}, {}, 1});
    return stage;
  }
  if (is_over(rule, run)) return stage;
  const SubsetLevel level = begin_level(rule, run);
  stage.level = run.levels.size() + 1;
  stage.threshold = run.levels.back().threshold;
  stage.step = level.step;
  for (const Chain& chain : level.chains) {
    const TailChip seed = find_tail_chip(run, chip_key, number, run.levels.size(), chain.first);
    stage.chains.push_back({seed.lineage.key, seed.lineage.moves, run.levels.back().scores[chain.first], chain.length});
  }
  return stage;
}

TailStates run_tail_unit(PreparedEvaluation& chips, std::uint32_t replica, std::uint32_t number, const TailStage& stage,
                         std::uint32_t unit, const Poll& poll) {
  const auto copies = static_cast<std::size_t>(chips.chips->count());
  const std::size_t first = unit * copies, count = std::min(copies, stage.chains.size() - first);
  const auto evaluate = [&](std::vector<Lineage> lineages) {
    lineages.resize(copies, lineages.front());  // groups are always whole
    chips.chips->program_each(lineages, replica, poll);
    return chips.chips->evaluate(chips.test->all(), poll);
  };
  std::vector<Lineage> current;
  std::vector<TailStates> states(count);
  std::size_t longest = 0;
  for (std::size_t c = 0; c < count; ++c) {
    const TailChain& chain = stage.chains[first + c];
    current.emplace_back(chain.key, chain.moves);
    states[c] = {{chain.score}, {0}};
    longest = std::max<std::size_t>(longest, chain.length);
  }
  if (stage.level == 1) {
    const std::vector<ChipOutcome> outcomes = evaluate(current);
    for (std::size_t c = 0; c < count; ++c) states[c].scores = {score_of(outcomes[c])};
  }
  for (std::size_t step = 1; step < longest; ++step) {
    std::vector<Lineage> proposed = current;
    for (std::size_t c = 0; c < count; ++c)
      proposed[c].moves.push_back(
          make_move(tail_key(chips.chip_key, number, stage.level, first + c, step), stage.step));
    const std::vector<ChipOutcome> outcomes = evaluate(proposed);
    for (std::size_t c = 0; c < count; ++c) {
      if (step >= stage.chains[first + c].length) continue;
      const ChipScore score = score_of(outcomes[c]);
      const bool accepted = score <= stage.threshold;
      if (accepted) current[c] = std::move(proposed[c]);
      states[c].scores.push_back(accepted ? score : states[c].scores.back());
      states[c].accepted.push_back(accepted ? 1 : 0);
    }
  }
  TailStates all;
  for (const TailStates& chain : states) {
    all.scores.insert(all.scores.end(), chain.scores.begin(), chain.scores.end());
    all.accepted.insert(all.accepted.end(), chain.accepted.begin(), chain.accepted.end());
  }
  return all;
}

ChipScore evaluate_tail_chip(PreparedEvaluation& chips, std::uint32_t replica, const TailChip& chip, const Poll& poll) {
  const auto copies = static_cast<std::size_t>(chips.chips->count());
  chips.chips->program_each(std::vector<Lineage>(copies, chip.lineage), replica, poll);
  return score_of(chips.chips->evaluate(chips.test->all(), poll)[chip.place % copies]);
}

}  // namespace ohmcarlo
