#include "schedule/queue.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {

WorkQueue::WorkQueue(const Work& work, std::size_t workers)
    : lots_(work.lots), trained_(work.trained), taken_(work.lots.size(), 0), workers_(workers) {
  std::vector<bool> needed(trained_.size(), false);
  for (std::size_t i = 0; i < lots_.size(); ++i) {
    units_total_ += lots_[i].units.size();
    if (lots_[i].units.empty()) continue;
    if (is_ready(lots_[i])) ready_.push_back(i);
    for (const std::optional<std::uint32_t> model : {std::optional(lots_[i].model), lots_[i].other_model})
      if (model && !trained_[*model]) needed[*model] = true;
  }
  units_left_ = units_waiting_ = units_total_;
  for (std::uint32_t model = 0; model < needed.size(); ++model)
    if (needed[model]) models_.push_back(model);
  models_left_ = models_.size();
}

bool WorkQueue::is_ready(const Lot& lot) const {
  return trained_[lot.model] && (!lot.other_model || trained_[*lot.other_model]);
}

std::optional<double> WorkQueue::unit_seconds() const {
  if (timed_ == 0) return std::nullopt;
  return seconds_ / static_cast<double>(timed_);
}

std::size_t WorkQueue::item_size(std::size_t available) const {
  if (timed_ == 0) return 1;
  const double unit = std::max(*unit_seconds(), 1e-6);
  const double fair = static_cast<double>(units_waiting_) / (2.0 * static_cast<double>(workers_));
  const double size = std::floor(std::min(kItemSeconds / unit, fair));
  return std::clamp<std::size_t>(static_cast<std::size_t>(size), 1, available);
}

std::optional<Item> WorkQueue::next_item(bool empty_handed) {
  if (empty_handed && !models_.empty()) {
    const std::uint32_t model = models_.front();
    models_.pop_front();
    return TrainModel{model};
  }
  if (ready_.empty()) return std::nullopt;
  const std::size_t number = ready_.front();
  const Lot& lot = lots_[number];
  const std::size_t count = item_size(lot.units.size() - taken_[number]);
  const auto first = lot.units.begin() + static_cast<std::ptrdiff_t>(taken_[number]);
  EvaluateUnits item{static_cast<std::uint32_t>(number), {first, first + static_cast<std::ptrdiff_t>(count)}};
  taken_[number] += count;
  units_waiting_ -= count;
  if (taken_[number] == lot.units.size()) ready_.pop_front();
  return item;
}

void WorkQueue::model_done(std::uint32_t model) {
  require(!trained_[model] && models_left_ > 0, "a model is trained once");
  trained_[model] = true;
  --models_left_;
  for (std::size_t i = 0; i < lots_.size(); ++i) {
    const bool waited = lots_[i].model == model || lots_[i].other_model == model;
    if (waited && is_ready(lots_[i]) && !lots_[i].units.empty()) ready_.push_back(i);
  }
}

void WorkQueue::unit_done(double seconds) {
  require(units_left_ > 0, "a unit is done once");
  --units_left_;
  ++timed_;
  seconds_ += seconds;
}

}  // namespace ohmcarlo
