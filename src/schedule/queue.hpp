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

/// Hands out trainings first, since everything waits for them: the one first behind which most is to be done, itself
/// and a worker's share of the units that wait for it; those that become needed later, in that order. A training is
/// needed if any unit is that waits for it. Then units of trained models that are needed, to whoever has nothing to
/// train; then, to whoever would be idle, units that may become needed, and last the trainings of these. An item of
/// units is meant to take kItemSeconds, a tenth of that where none of its lot was timed; the first is a single unit
/// (the pilot); towards the end items shrink so that all workers finish together. A worker whose units take longer than
/// those of others gets smaller items. Lots that grow take turns. Where only some workers are equipped for a lot
/// (Lot::needs_equipment), these take units first, and trainings when no unit is ready.
class WorkQueue {
 public:
  static constexpr double kItemSeconds = 2;
  static constexpr double kAheadSeconds = 5e-3;

  /// Throws std::logic_error for a lot that none of the workers can do.
  WorkQueue(const Work& work, std::size_t workers);

  /// The next item for a worker that holds nothing (`empty_handed`) or one that still computes and takes one ahead
  /// (never a training, which might wait behind another, nor what may not be needed). Nothing if nothing is ready that
  /// the worker can do.
  [[nodiscard]] std::optional<Item> next_item(bool empty_handed, std::size_t worker = 0);

  /// Whether the worker can do the units of every lot.
  [[nodiscard]] bool can_do_all(std::size_t worker) const { return equipped_.empty() || equipped_[worker]; }

  void model_done(std::uint32_t model);
  void unit_done(std::uint32_t lot, std::uint32_t unit, double seconds, std::size_t worker = 0);
  void set_need(const LotNeed& need);
  /// Whether all that is needed is done.
  [[nodiscard]] bool finished() const { return units_left_ == 0 && models_left_ == 0; }

  [[nodiscard]] std::size_t units_done() const { return units_total_ - units_left_; }  ///< of those needed
  [[nodiscard]] std::size_t units_total() const { return units_total_; }               ///< needed, as far as is known
  [[nodiscard]] std::size_t models_left() const { return models_left_; }               ///< to train, of those needed
  /// Mean seconds of a unit so far; nothing before the first.
  [[nodiscard]] std::optional<double> unit_seconds() const;
  /// Whether a worker that holds `held` items, one or more, may take one more ahead: one while another is at hand, and
  /// more while all of them together take less than kAheadSeconds, but no more than its share of what is left; none on
  /// a slow worker, which others would wait for, none behind a unit that takes longer than an item should, and none
  /// when fewer units wait than there are workers for them: somebody else may be idle first.
  [[nodiscard]] bool may_hold_more(std::size_t held, std::size_t worker = 0) const;
  /// Seconds that the units took that are done, on whichever worker.
  [[nodiscard]] double seconds_done() const { return seconds_; }
  /// Seconds that needed units which are not done will take together: each what those of its lot have taken, or, where
  /// none of it was timed, what its cost lets expect beside the others; nothing before the first.
  [[nodiscard]] std::optional<double> seconds_left() const;

 private:
  struct Progress {
    std::size_t sure = 0;     ///< so many of the lot's units are needed
    std::size_t taken = 0;    ///< so many are handed out
    std::size_t left = 0;     ///< needed ones that are not done
    std::size_t timed = 0;    ///< units that are done
    double seconds = 0;       ///< that they took
    std::vector<bool> done;   ///< one a unit
    bool is_waiting = false;  ///< in ready_
  };

  bool is_ready(const Lot& lot) const;
  bool can_do(std::size_t worker, std::size_t number) const {
    return can_do_all(worker) || !lots_[number].needs_equipment;
  }
  void line_up(std::size_t number);
  void line_up_trainings(const Work& work);
  /// Counts the trainings that units of the lot wait for among those needed; returns those that are to be handed out.
  std::vector<std::uint32_t> need_trainings(const Lot& lot);
  std::size_t item_size(std::size_t number, std::size_t worker) const;
  /// What the units of a worker have taken over what such units take on all, 1 or more.
  double slowness(std::size_t worker) const;
  /// Of a unit of the lot.
  double expected_seconds(std::size_t number) const;
  Item take(std::size_t number, std::size_t count);
  /// A training that needed units wait for.
  std::optional<Item> next_training();
  /// Needed units of a lot that the worker can do.
  std::optional<Item> next_units(std::size_t worker);
  std::optional<Item> next_ahead(std::size_t worker);
  /// A training that none of the needed units waits for, but one that may become needed.
  std::optional<Item> next_training_ahead();

  struct Pace {
    double seconds = 0;   ///< of units that a worker has done
    double typical = 0;   ///< what they were to take by the means of their lots
    std::size_t out = 0;  ///< units that it was handed out and has not done
    double longest = 0;   ///< seconds that the longest of these is expected to take, as far as that was known
  };

  std::vector<Lot> lots_;
  std::vector<Progress> progress_;  ///< of each lot
  std::vector<Pace> paces_;         ///< of each worker
  std::vector<bool> trained_;
  std::vector<bool> model_needed_, model_out_;  ///< of each model; handed out or lined up
  std::deque<std::uint32_t> models_;            ///< to train
  std::deque<std::size_t> ready_;               ///< lots with their models and needed units left
  std::vector<std::size_t> open_;               ///< lots of which more may become needed
  std::vector<bool> equipped_;                  ///< of each worker; none: every worker can do every lot
  std::size_t workers_;                         ///< that share units
  std::size_t units_total_ = 0, units_left_ = 0, units_waiting_ = 0, models_left_ = 0;
  std::size_t timed_ = 0;
  double seconds_ = 0, timed_cost_ = 0;
};

}  // namespace ohmcarlo
