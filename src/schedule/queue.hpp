#pragma once
// Which item is handed out next, and how large it is. Pure bookkeeping: no clock, no communication.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "schedule/message.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// Hands out trainings first, since everything waits for them; then units of trained models that are needed, to whoever
/// has nothing to train; then, to whoever would be idle, units that may become needed.
/// An item of units is meant to take kItemSeconds; the first is a single unit (the pilot); towards the end items shrink
/// so that all workers finish together.
class WorkQueue {
 public:
  static constexpr double kItemSeconds = 2;

  WorkQueue(const Work& work, std::size_t workers);

  /// The next item for a worker that holds nothing (`empty_handed`) or one that still computes and takes one ahead
  /// (never a training, which might wait behind another, nor what may not be needed). Nothing if nothing is ready.
  [[nodiscard]] std::optional<Item> next_item(bool empty_handed);

  void model_done(std::uint32_t model);
  void unit_done(std::uint32_t lot, std::uint32_t unit, double seconds);
  void set_need(const LotNeed& need);
  /// Whether all that is needed is done.
  [[nodiscard]] bool finished() const { return units_left_ == 0 && models_left_ == 0; }

  [[nodiscard]] std::size_t units_done() const { return units_total_ - units_left_; }  ///< of those needed
  [[nodiscard]] std::size_t units_total() const { return units_total_; }               ///< needed, as far as is known
  [[nodiscard]] std::size_t models_left() const { return models_left_; }
  /// Mean seconds of a unit so far; nothing before the first.
  [[nodiscard]] std::optional<double> unit_seconds() const;

 private:
  struct Progress {
    std::size_t sure = 0;     ///< so many of the lot's units are needed
    std::size_t taken = 0;    ///< so many are handed out
    std::vector<bool> done;   ///< one a unit
    bool is_waiting = false;  ///< in ready_
  };

  bool is_ready(const Lot& lot) const;
  void line_up(std::size_t number);
  std::size_t item_size(std::size_t available) const;
  Item take(std::size_t number, std::size_t count);
  std::optional<Item> next_ahead();

  std::vector<Lot> lots_;
  std::vector<Progress> progress_;  ///< of each lot
  std::vector<bool> trained_;
  std::deque<std::uint32_t> models_;  ///< to train
  std::deque<std::size_t> ready_;     ///< lots with their models and needed units left
  std::vector<std::size_t> open_;     ///< lots of which more may become needed
  std::size_t workers_;
  std::size_t units_total_ = 0, units_left_ = 0, units_waiting_ = 0, models_left_ = 0;
  std::size_t timed_ = 0;
  double seconds_ = 0;
};

}  // namespace ohmcarlo
