#include "app/demand.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace ohmcarlo {
namespace {

/// Units with smaller numbers have the chips below number `chips`.
std::uint32_t units_for(const EvaluationTask& task, std::size_t chips) {
  return static_cast<std::uint32_t>((chips + task.unit_chips - 1) / task.unit_chips);
}

}  // namespace

ChipDemand::ChipDemand(const Experiment& experiment, const Plan& plan, Session& session, Enter enter)
    : experiment_(experiment),
      plan_(plan),
      session_(session),
      enter_(std::move(enter)),
      places_(session.table().shape, experiment.shape),
      groups_(plan.evaluations.size() / experiment.shape.replicas) {
  for (std::size_t number = 0; number < groups_.size(); ++number) {
    if (parties_.empty() || !session_.races()) parties_.emplace_back();
    groups_[number].party = parties_.size() - 1;
    parties_.back().push_back(number);
  }
  for (std::size_t party = 0; party < parties_.size(); ++party) {
    look(party);
    (void)look_on(party);  // chips that are all equal may be there by now
  }
}

std::vector<Lot> ChipDemand::lots() const {
  std::vector<Lot> lots;
  for (std::size_t i = 0; i < plan_.evaluations.size(); ++i) {
    const EvaluationTask task = plan_.evaluations[i];
    const ChipNeed& need = groups_[i / experiment_.shape.replicas].need;
    const std::size_t needed = need.chips_of(task.replica);
    const std::size_t chips = need.settled ? needed : std::max(need.chips, experiment_.most_chips());
    lots.push_back({.model = task.model,
                    .units = missing_units(task, session_.table(), places_, chips),
                    .other_model = task.range_model,
                    .needed = units_for(task, needed),
                    .offered = task.replica <= need.trainings,
                    .unit_cost = task.unit_cost});
  }
  return lots;
}

std::vector<bool> ChipDemand::needed_models() const {
  std::vector<bool> needed(plan_.models.size(), false);
  for (std::size_t i = 0; i < plan_.evaluations.size(); ++i) {
    const EvaluationTask task = plan_.evaluations[i];
    if (groups_[i / experiment_.shape.replicas].need.chips_of(task.replica) == 0) continue;
    needed[task.model] = true;
    if (task.range_model) needed[*task.range_model] = true;
  }
  return needed;
}

void ChipDemand::look(std::size_t party) {
  std::optional<RaceDecisions> races;
  if (session_.races()) races.emplace(*session_.races(), session_.table());
  std::vector<ChipNeed> needs;
  for (const std::size_t number : parties_[party])
    needs.push_back(needed_chips(experiment_, plan_.evaluations[number * experiment_.shape.replicas], session_.table(),
                                 places_, session_.rules(), races ? &*races : nullptr));
  for (std::size_t i = 0; i < needs.size(); ++i) settle(parties_[party][i], needs[i]);
}

void ChipDemand::settle(std::size_t number, const ChipNeed& need) {
  Group& group = groups_[number];
  if (group.is_known && group.need.settled) return;
  group.is_known = true;
  group.need = need;
  session_.make_room(need.chips);
  if (need.settled) ++settled_;
  const std::size_t replicas = experiment_.shape.replicas;
  for (std::size_t replica = 0; replica < replicas; ++replica) {
    const EvaluationTask task = plan_.evaluations[number * replicas + replica];
    const std::size_t chips = need.chips_of(replica);
    session_.fill_equal_chips(task, chips);
    for (const std::uint32_t unit : missing_units(task, session_.table(), places_, chips)) {
      ++group.units_left;
      chips_to_run_ += count_missing_chips(task, unit, session_.table(), places_, chips);
    }
  }
}

void ChipDemand::enter(std::uint32_t lot, const UnitResult& result) {
  Group& group = groups_[lot / experiment_.shape.replicas];
  const EvaluationTask task = plan_.evaluations[lot];
  const std::size_t chips = group.need.chips_of(task.replica);
  chips_run_ += count_missing_chips(task, result.unit, session_.table(), places_, chips);
  enter_(lot, result);
  session_.fill_equal_chips(task, chips);
  --group.units_left;
}

void ChipDemand::enter_held(Group& group) {
  std::erase_if(group.held, [&](const auto& held) {
    const std::uint32_t lot = held.first.first;
    const EvaluationTask task = plan_.evaluations[lot];
    if (held.first.second >= units_for(task, group.need.chips_of(task.replica))) return false;
    enter(lot, held.second);
    return true;
  });
  if (group.need.settled) group.held.clear();
}

std::vector<LotNeed> ChipDemand::take(std::uint32_t lot, const UnitResult& result) {
  const std::size_t replicas = experiment_.shape.replicas, number = lot / replicas;
  Group& group = groups_[number];
  if (result.unit >= units_for(plan_.evaluations[lot], group.need.chips_of(lot % replicas))) {
    if (!group.need.settled) group.held.emplace(std::pair(lot, result.unit), result);
    return {};
  }
  enter(lot, result);
  std::vector<LotNeed> needs;
  for (const std::size_t member : look_on(group.party)) {
    const ChipNeed& need = groups_[member].need;
    for (std::size_t replica = 0; replica < replicas; ++replica) {
      const std::size_t of_replica = member * replicas + replica;
      needs.push_back({.lot = static_cast<std::uint32_t>(of_replica),
                       .needed = units_for(plan_.evaluations[of_replica], need.chips_of(replica)),
                       .settled = need.settled,
                       .offered = replica <= need.trainings});
    }
  }
  return needs;
}

std::set<std::size_t> ChipDemand::look_on(std::size_t number) {
  const std::vector<std::size_t>& party = parties_[number];
  const auto is_waiting = [&](std::size_t member) { return groups_[member].units_left > 0; };
  const auto is_open = [&](std::size_t member) { return !groups_[member].need.settled; };
  std::set<std::size_t> changed;
  while (std::ranges::none_of(party, is_waiting) && std::ranges::any_of(party, is_open)) {
    std::ranges::copy_if(party, std::inserter(changed, changed.end()), is_open);
    look(number);
    for (const std::size_t member : party) enter_held(groups_[member]);
  }
  return changed;
}

}  // namespace ohmcarlo
