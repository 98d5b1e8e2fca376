#include "trial/tail_level.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "base/error.hpp"

namespace ohmcarlo {

TailLevel::TailLevel(TailStage stage, std::uint64_t chip_key, std::uint32_t run, std::size_t together)
    : stage_(std::move(stage)), chip_key_(chip_key), run_(run), together_(together) {
  require(stage_.level > 0 && !stage_.chains.empty(), "a run that is over has no next level");
  for (const TailChain& chain : stage_.chains) {
    ChainSoFar& states = chains_.emplace_back(ChainSoFar{chain.first, {}, {}});
    if (stage_.level > 1) states = {chain.first, {chain.score}, {false}};
  }
  steps_.assign((chains_.size() + together - 1) / together, stage_.level > 1 ? 1 : 0);
  for (std::size_t group = 0; group < groups(); ++group) {
    std::size_t& longest = lengths_.emplace_back(0);
    for (std::size_t c = group * together_; c < end_of(group); ++c)
      longest = std::max<std::size_t>(longest, stage_.chains[c].length);
  }
}

std::size_t TailLevel::end_of(std::size_t group) const {
  return std::min((group + 1) * together_, chains_.size());
}

bool TailLevel::is_over(std::size_t group) const {
  return steps_[group] >= lengths_[group];
}

bool TailLevel::is_over() const {
  return std::ranges::equal(steps_, lengths_, std::greater_equal());
}

Lineage TailLevel::propose(std::size_t chain, std::size_t step) const {
  Lineage chip = chains_[chain].last;
  if (step > 0)  // else a plain chip
    chip.moves.push_back(make_move(tail_key(chip_key_, run_, stage_.level, chain, step), stage_.step));
  return chip;
}

std::vector<Lineage> TailLevel::next_chips(std::size_t group) const {
  require(!is_over(group), "a group that is over needs no chips");
  std::vector<Lineage> chips;
  for (std::size_t c = group * together_; c < end_of(group); ++c) chips.push_back(propose(c, steps_[group]));
  return chips;
}

std::size_t TailLevel::take(std::size_t group, std::span<const ChipScore> scores) {
  const std::size_t first = group * together_, step = steps_[group];
  require(!is_over(group) && scores.size() == end_of(group) - first, "every chip of a group has a score");
  std::size_t counted = 0;
  for (std::size_t c = first; c < end_of(group); ++c) {
    if (step >= stage_.chains[c].length) continue;
    ChainSoFar& chain = chains_[c];
    const ChipScore& score = scores[c - first];
    const bool accepted = step > 0 && score <= stage_.threshold;
    if (accepted) chain.last = propose(c, step);
    chain.scores.push_back(accepted || step == 0 ? score : chain.scores.back());
    chain.accepted.push_back(accepted);
    ++counted;
  }
  ++steps_[group];
  return counted;
}

ChainStates TailLevel::states() const {
  require(is_over(), "a level has all its states");
  ChainStates all;
  for (const ChainSoFar& chain : chains_) {
    all.scores.insert(all.scores.end(), chain.scores.begin(), chain.scores.end());
    all.accepted.insert(all.accepted.end(), chain.accepted.begin(), chain.accepted.end());
  }
  return all;
}

TailPart TailLevel::part() const {
  TailPart part;
  for (const ChainSoFar& chain : chains_) {
    part.states.push_back(static_cast<std::uint32_t>(chain.scores.size()));
    for (std::size_t i = 0; i < chain.scores.size(); ++i) {
      part.accuracy.push_back(chain.scores[i].accuracy);
      part.margin.push_back(chain.scores[i].margin);
      part.accepted.push_back(chain.accepted[i] ? 1 : 0);
    }
  }
  return part;
}

void TailLevel::restore(const TailPart& part) {
  if (part.states.size() != chains_.size()) throw std::runtime_error("a level has other chains than of states");
  std::size_t at = 0;
  for (std::size_t group = 0; group < groups(); ++group) {
    const std::size_t first = group * together_;
    std::size_t step = 0;
    for (std::size_t c = first; c < end_of(group); ++c) step = std::max<std::size_t>(step, part.states[c]);
    for (std::size_t c = first; c < end_of(group); ++c) {
      const std::size_t count = std::min<std::size_t>(step, stage_.chains[c].length);
      if (part.states[c] != count || step < steps_[group] || at + count > part.accuracy.size())
        throw std::runtime_error("chains of a group have made other numbers of steps");
      ChainSoFar& chain = chains_[c] = {stage_.chains[c].first, {}, {}};
      for (std::size_t i = 0; i < count; ++i, ++at) {
        if (part.accepted[at] != 0) chain.last = propose(c, i);
        chain.scores.push_back({part.accuracy[at], part.margin[at]});
        chain.accepted.push_back(part.accepted[at] != 0);
      }
    }
    steps_[group] = step;
  }
  if (at != part.accuracy.size()) throw std::runtime_error("a level has other numbers of states than of scores");
}

}  // namespace ohmcarlo
