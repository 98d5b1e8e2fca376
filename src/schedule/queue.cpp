#include "schedule/queue.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

/// Work::equipped, where that makes a difference.
std::vector<bool> find_equipped(const Work& work, std::size_t workers) {
  if (work.equipped.empty() || std::ranges::none_of(work.lots, &Lot::needs_equipment)) return {};
  require(work.equipped.size() == workers, "it is known of every worker whether it is equipped");
  const auto count = std::ranges::count(work.equipped, true);
  require(count > 0, "somebody can do the units");
  return count == std::ssize(work.equipped) ? std::vector<bool>() : work.equipped;
}

}  // namespace

WorkQueue::WorkQueue(const Work& work, std::size_t workers)
    : lots_(work.lots),
      progress_(work.lots.size()),
      paces_(workers),
      trained_(work.trained),
      model_needed_(trained_.size(), false),
      model_out_(trained_.size(), false),
      equipped_(find_equipped(work, workers)),
      workers_(equipped_.empty() ? workers : static_cast<std::size_t>(std::ranges::count(equipped_, true))) {
  for (std::size_t i = 0; i < lots_.size(); ++i) {
    progress_[i].sure = progress_[i].left = lots_[i].units_below(lots_[i].needed);
    progress_[i].done.assign(lots_[i].units.size(), false);
    units_total_ += progress_[i].sure;
    if (lots_[i].units.empty()) continue;
    if (progress_[i].sure < lots_[i].units.size() && lots_[i].offered) open_.push_back(i);
    line_up(i);
  }
  units_left_ = units_waiting_ = units_total_;
  line_up_trainings(work);
}

std::vector<std::uint32_t> WorkQueue::need_trainings(const Lot& lot) {
  std::vector<std::uint32_t> wanted;
  for (const std::optional<std::uint32_t> model : {std::optional(lot.model), lot.other_model}) {
    if (!model || trained_[*model] || model_needed_[*model]) continue;
    model_needed_[*model] = true;
    ++models_left_;
    if (model_out_[*model]) continue;
    model_out_[*model] = true;
    wanted.push_back(*model);
  }
  return wanted;
}

void WorkQueue::line_up_trainings(const Work& work) {
  std::vector<double> behind(trained_.size(), 0);
  for (const Lot& lot : lots_) {
    const double cost =
        lot.unit_cost * static_cast<double>(lot.units_below(lot.needed)) / static_cast<double>(workers_);
    for (const std::optional<std::uint32_t> model : {std::optional(lot.model), lot.other_model})
      if (model) behind[*model] += cost;
  }
  for (std::size_t model = 0; model < work.training_costs.size(); ++model) behind[model] += work.training_costs[model];
  for (std::size_t i = 0; i < lots_.size(); ++i)
    if (progress_[i].sure > 0) std::ranges::copy(need_trainings(lots_[i]), std::back_inserter(models_));
  std::ranges::sort(models_);
  std::ranges::stable_sort(models_, std::greater(), [&](std::uint32_t model) { return behind[model]; });
}

bool WorkQueue::is_ready(const Lot& lot) const {
  return trained_[lot.model] && (!lot.other_model || trained_[*lot.other_model]);
}

void WorkQueue::line_up(std::size_t number) {
  Progress& progress = progress_[number];
  if (progress.is_waiting || progress.taken >= progress.sure || !is_ready(lots_[number])) return;
  ready_.push_back(number);
  progress.is_waiting = true;
}

std::optional<double> WorkQueue::unit_seconds() const {
  if (timed_ == 0) return std::nullopt;
  return seconds_ / static_cast<double>(timed_);
}

double WorkQueue::expected_seconds(std::size_t number) const {
  const Progress& progress = progress_[number];
  if (progress.timed > 0) return progress.seconds / static_cast<double>(progress.timed);
  return timed_cost_ > 0 ? seconds_ * lots_[number].unit_cost / timed_cost_ : *unit_seconds();
}

std::optional<double> WorkQueue::seconds_left() const {
  if (timed_ == 0) return std::nullopt;
  double seconds = 0;
  for (std::size_t i = 0; i < lots_.size(); ++i)
    if (progress_[i].left > 0) seconds += static_cast<double>(progress_[i].left) * expected_seconds(i);
  return seconds;
}

double WorkQueue::slowness(std::size_t worker) const {
  const Pace& pace = paces_[worker];
  return pace.typical > 0 ? std::max(1.0, pace.seconds / pace.typical) : 1;
}

bool WorkQueue::may_hold_more(std::size_t held, std::size_t worker) const {
  constexpr std::size_t kMost = 64;
  constexpr double kSlow = 2;
  if (slowness(worker) > kSlow) return false;
  if (held <= 1) return units_waiting_ >= workers_ && paces_[worker].longest <= kItemSeconds;
  return timed_ > 0 && held < kMost && 4 * workers_ * held < units_waiting_ &&
         static_cast<double>(paces_[worker].out) * *unit_seconds() < kAheadSeconds;
}

std::size_t WorkQueue::item_size(std::size_t number, std::size_t worker) const {
  if (timed_ == 0) return 1;
  const Progress& progress = progress_[number];
  const double unit = std::max(expected_seconds(number), 1e-6);
  const double wanted = progress.timed > 0 ? kItemSeconds : kItemSeconds / 10;
  const double fair = static_cast<double>(units_waiting_) / (2.0 * static_cast<double>(workers_));
  const double size = std::floor(std::min(wanted / unit, fair) / slowness(worker));
  return std::clamp<std::size_t>(static_cast<std::size_t>(size), 1, progress.sure - progress.taken);
}

Item WorkQueue::take(std::size_t number, std::size_t count) {
  Progress& progress = progress_[number];
  const auto first = lots_[number].units.begin() + static_cast<std::ptrdiff_t>(progress.taken);
  progress.taken += count;
  return EvaluateUnits{static_cast<std::uint32_t>(number), {first, first + static_cast<std::ptrdiff_t>(count)}};
}

std::optional<Item> WorkQueue::next_item(bool empty_handed, std::size_t worker) {
  if (!empty_handed) return next_units(worker);
  const bool units_first = !equipped_.empty() && equipped_[worker];  // others can train, but not do these
  std::optional<Item> item = units_first ? next_units(worker) : next_training();
  if (!item) item = units_first ? next_training() : next_units(worker);
  if (!item) item = next_ahead(worker);
  if (!item) item = next_training_ahead();
  return item;
}

std::optional<Item> WorkQueue::next_training() {
  if (models_.empty()) return std::nullopt;
  const std::uint32_t model = models_.front();
  models_.pop_front();
  return TrainModel{model};
}

std::optional<Item> WorkQueue::next_units(std::size_t worker) {
  const auto found = std::ranges::find_if(ready_, [&](std::size_t number) { return can_do(worker, number); });
  if (found == ready_.end()) return std::nullopt;
  const std::size_t number = *found;
  Progress& progress = progress_[number];
  const std::size_t count = item_size(number, worker);
  Pace& pace = paces_[worker];
  if (pace.out == 0) pace.longest = 0;
  if (timed_ > 0) pace.longest = std::max(pace.longest, expected_seconds(number));
  pace.out += count;
  units_waiting_ -= count;
  const Item item = take(number, count);
  if (progress.taken == progress.sure) {
    ready_.erase(found);
    progress.is_waiting = false;
  } else if (lots_[number].grows) {
    ready_.erase(found);
    ready_.push_back(number);
  }
  return item;
}

std::optional<Item> WorkQueue::next_ahead(std::size_t worker) {
  const auto ahead = [&](std::size_t number) { return progress_[number].taken - progress_[number].sure; };
  std::optional<std::size_t> least;
  for (const std::size_t number : open_) {
    if (progress_[number].taken == lots_[number].units.size() || !is_ready(lots_[number]) || !can_do(worker, number))
      continue;
    if (!least || ahead(number) < ahead(*least)) least = number;
  }
  if (!least) return std::nullopt;
  return take(*least, 1);
}

std::optional<Item> WorkQueue::next_training_ahead() {
  for (const std::size_t number : open_) {
    const Lot& lot = lots_[number];
    for (const std::optional<std::uint32_t> model : {std::optional(lot.model), lot.other_model}) {
      if (!model || trained_[*model] || model_out_[*model]) continue;
      model_out_[*model] = true;
      return TrainModel{*model};
    }
  }
  return std::nullopt;
}

void WorkQueue::set_need(const LotNeed& need) {
  Progress& progress = progress_[need.lot];
  std::vector<std::uint32_t>& units = lots_[need.lot].units;
  for (std::uint32_t i = 0; i < need.more; ++i) units.push_back(units.empty() ? 0 : units.back() + 1);
  progress.done.resize(units.size(), false);
  const std::size_t sure = std::max(progress.sure, lots_[need.lot].units_below(need.needed));
  const auto from = progress.done.begin() + static_cast<std::ptrdiff_t>(progress.sure);
  const auto to = progress.done.begin() + static_cast<std::ptrdiff_t>(sure);
  units_total_ += sure - progress.sure;
  const auto left = static_cast<std::size_t>(std::count(from, to, false));
  units_left_ += left;
  progress.left += left;
  units_waiting_ += sure - std::clamp(progress.taken, progress.sure, sure);
  progress.sure = sure;
  if (left > 0) std::ranges::copy(need_trainings(lots_[need.lot]), std::back_inserter(models_));
  const bool is_open = std::ranges::find(open_, std::size_t{need.lot}) != open_.end();
  if (need.settled || sure == lots_[need.lot].units.size())
    std::erase(open_, std::size_t{need.lot});
  else if (need.offered && !is_open)
    open_.push_back(need.lot);
  line_up(need.lot);
}

void WorkQueue::model_done(std::uint32_t model) {
  require(!trained_[model] && model_out_[model], "a model is trained once");
  trained_[model] = true;
  if (model_needed_[model]) --models_left_;
  for (std::size_t i = 0; i < lots_.size(); ++i)
    if (lots_[i].model == model || lots_[i].other_model == model) line_up(i);
}

void WorkQueue::unit_done(std::uint32_t lot, std::uint32_t unit, double seconds, std::size_t worker) {
  Progress& progress = progress_[lot];
  const std::size_t place = lots_[lot].units_below(unit);
  require(place < progress.done.size() && lots_[lot].units[place] == unit && !progress.done[place],
          "a unit is done once");
  progress.done[place] = true;
  if (place < progress.sure) {
    --units_left_;
    --progress.left;
  }
  ++timed_;
  ++progress.timed;
  seconds_ += seconds;
  progress.seconds += seconds;
  timed_cost_ += lots_[lot].unit_cost;
  Pace& pace = paces_[worker];
  pace.seconds += seconds;
  pace.typical += expected_seconds(lot);
  if (pace.out > 0) --pace.out;  // else it was handed out ahead of need
}

}  // namespace ohmcarlo
