#include "trial/tail_search.hpp"

#include <algorithm>

namespace ohmcarlo {

TailSearch::TailSearch(const SubsetRule& rule, std::vector<SubsetRun> runs, std::span<const TailPart> parts,
                       std::uint64_t chip_key, std::size_t together)
    : rule_(rule),
      runs_(std::move(runs)),
      chip_key_(chip_key),
      together_(together),
      levels_(runs_.size()),
      requests_(runs_.size()) {
  for (std::size_t run = 0; run < runs_.size(); ++run) (void)begin(run, run < parts.size() ? parts[run] : TailPart());
}

std::size_t TailSearch::levels_done() const {
  std::size_t least = rule_.most_levels, most = 0;
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    most = std::max(most, runs_[run].levels.size());
    if (levels_[run]) least = std::min(least, runs_[run].levels.size());
  }
  return std::min(least, most);
}

std::size_t TailSearch::runs_left() const {
  return static_cast<std::size_t>(std::ranges::count_if(levels_, [](const auto& level) { return level.has_value(); }));
}

std::uint32_t TailSearch::requests(std::size_t run) const {
  return static_cast<std::uint32_t>(requests_[run].size());
}

std::vector<Lineage> TailSearch::chips_of(std::size_t run, std::uint32_t request) const {
  return levels_[run]->next_chips(requests_[run][request]);
}

std::uint32_t TailSearch::begin(std::size_t run, const TailPart& known) {
  TailStage stage = next_stage(rule_, runs_[run], chip_key_, static_cast<std::uint32_t>(run));
  levels_[run].reset();
  if (stage.level == 0) return 0;
  TailLevel& level = levels_[run].emplace(std::move(stage), chip_key_, static_cast<std::uint32_t>(run), together_);
  if (!known.states.empty()) level.restore(known);
  const std::uint32_t before = requests(run);
  for (std::uint32_t group = 0; group < level.groups(); ++group)
    if (!level.is_over(group)) requests_[run].push_back(group);
  return requests(run) - before;
}

void TailSearch::end(std::size_t run) {
  SubsetLevel level = runs_[run].levels.empty() ? SubsetLevel() : begin_level(rule_, runs_[run]);
  ChainStates states = levels_[run]->states();
  level.scores = std::move(states.scores);
  if (!runs_[run].levels.empty()) level.accepted = std::move(states.accepted);
  end_level(rule_, std::move(level), runs_[run]);
}

TailSearch::Answered TailSearch::take(std::size_t run, std::uint32_t request, std::span<const ChipScore> scores) {
  TailLevel& level = *levels_[run];
  const std::uint32_t group = requests_[run][request];
  Answered answered;
  answered.states = level.take(group, scores);
  if (level.is_over()) {
    answered.ends_level = true;
    end(run);
    answered.more = begin(run, {});
  } else if (!level.is_over(group)) {
    requests_[run].push_back(group);
    answered.more = 1;
  }
  return answered;
}

TailPart TailSearch::part(std::size_t run) const {
  return levels_[run] ? levels_[run]->part() : TailPart();
}

}  // namespace ohmcarlo
