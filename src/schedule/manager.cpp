#include "schedule/manager.hpp"

#include <algorithm>
#include <vector>

#include "schedule/patience.hpp"

namespace ohmcarlo {
namespace {

/// The manager shares a processor with the trials of its own rank: a thousand looks a second cost them some 2 %. Nobody
/// waits for an answer meanwhile, since workers hold their next item already.
constexpr Patience::Duration kLongestManagerSleep(2000);

class Manager {
 public:
  Manager(WorkerHub& hub, const Work& work, const Observer& observer, const Limits& limits, const Clock& clock,
          const std::function<StopRequest()>& stop_requested)
      : hub_(hub),
        observer_(observer),
        limits_(limits),
        clock_(clock),
        stop_requested_(stop_requested),
        queue_(work, hub.workers()),
        held_(hub.workers()) {
    for (const bool able : {false, true})
      for (std::size_t worker = 0; worker < held_.size(); ++worker)
        if (queue_.can_do_all(worker) == able) order_.push_back(worker);
    if (work.brief.empty()) return;
    for (std::size_t worker = 0; worker < held_.size(); ++worker) hub_.send_order(worker, Brief{work.brief});
  }

  Outcome run() {
    for (bool first = true;; first = false) {
      const bool heard = collect();
      guard([&] { observer_.on_tick(queue_); });
      watch();
      if (stopping_ == StopRequest::none) {
        if (queue_.finished()) drop_what_nobody_needs();
        if (queue_.finished() && all_idle()) break;
        if (heard || first) hand_out();  // nothing else frees a worker, or makes work ready
      } else if (all_idle() || clock_() > give_up_at_) {
        if (all_idle() || stopping_ == StopRequest::hard) break;
        stop(StopRequest::hard);  // drained for long enough
      }
      if (heard)
        patience_.end();
      else
        patience_.sleep();
    }
    if (stopping_ == StopRequest::none || queue_.finished()) {
      if (outcome_.ending == Ending::stopped) outcome_.ending = Ending::done;
    }
    outcome_.asked_to_stop = stopping_ != StopRequest::none && !outcome_.failure;
    outcome_.all_idle = all_idle();
    return outcome_;
  }

 private:
  struct Held {
    std::size_t items = 0;
    bool training = false;
  };

  [[nodiscard]] bool all_idle() const {
    return std::all_of(held_.begin(), held_.end(), [](const Held& held) { return held.items == 0; });
  }

  bool collect() {
    bool heard = false;
    while (const std::optional<WorkerReport> report = hub_.next_report()) {
      heard = true;
      std::visit([&](const auto& what) { handle(report->worker, what); }, report->report);
    }
    return heard;
  }

  void handle(std::size_t, const Note& note) {
    if (observer_.on_note) observer_.on_note(note.line);
  }
  void handle(std::size_t, const ModelTrained& trained) {
    queue_.model_done(trained.model);
    guard([&] { observer_.on_model(trained.model, trained.payload); });
  }
  void handle(std::size_t worker, const UnitsEvaluated& evaluated) {
    for (const UnitResult& result : evaluated.results) {
      queue_.unit_done(evaluated.lot, result.unit, result.seconds, worker);
      guard([&] {
        for (const LotNeed& need : observer_.on_unit(evaluated.lot, result)) queue_.set_need(need);
      });
    }
  }
  void handle(std::size_t worker, const ItemFinished&) {
    --held_[worker].items;
    held_[worker].training = false;
  }
  void handle(std::size_t, const Failure& failure) { fail(failure); }
  void handle(std::size_t, const Signalled& signalled) { stop(signalled.request); }

  void hand_out() {
    // Everybody gets a first item before anybody gets a second one.
    bool others_idle = false;  // nothing is left that those could do who cannot do all
    for (const bool ahead : {false, true})
      for (const std::size_t worker : order_) {
        while ((!others_idle || queue_.can_do_all(worker)) && !held_[worker].training &&
               (held_[worker].items == 0 || (ahead && queue_.may_hold_more(held_[worker].items, worker)))) {
          const std::optional<Item> item = queue_.next_item(held_[worker].items == 0, worker);
          if (!item) {
            if (queue_.can_do_all(worker)) return;  // nor is there anything for anybody else
            others_idle = true;
            break;
          }
          if (const auto* units = std::get_if<EvaluateUnits>(&*item); units != nullptr && observer_.brief)
            guard([&] { hub_.send_order(worker, Brief{observer_.brief(*units)}); });
          hub_.send_order(worker, std::visit([](const auto& what) { return Order(what); }, *item));
          ++held_[worker].items;
          held_[worker].training = std::holds_alternative<TrainModel>(*item);
        }
      }
  }

  /// Calls off what workers do ahead of need.
  void drop_what_nobody_needs() {
    if (called_off_) return;
    called_off_ = true;
    for (std::size_t worker = 0; worker < held_.size(); ++worker)
      if (held_[worker].items > 0) hub_.send_order(worker, Abandon{});
  }

  void watch() {
    stop(stop_requested_());
    if (limits_.stop_at > 0 && clock_() > limits_.stop_at) stop(StopRequest::soft);
  }

  void stop(StopRequest request) {
    if (request <= stopping_) return;
    stopping_ = request;
    if (outcome_.ending == Ending::done) outcome_.ending = Ending::stopped;
    const bool hard = request == StopRequest::hard;
    give_up_at_ = clock_() + (hard ? limits_.abandon_seconds : limits_.drain_seconds);
    for (std::size_t worker = 0; worker < held_.size(); ++worker)
      hub_.send_order(worker, hard ? Order(Abandon{}) : Order(Drain{}));
  }

  void fail(const Failure& failure) {
    // Only the first failure counts: an observer that keeps failing (the disk stays full) must not put off the end.
    if (outcome_.failure) return;
    outcome_.ending = Ending::failed;
    outcome_.failure = failure;
    stop(StopRequest::hard);
    give_up_at_ = clock_() + limits_.failed_seconds;
  }

  template <class F>
  void guard(F&& call) {
    try {
      call();
    } catch (const std::exception& error) {
      fail(failure_of(error));
    }
  }

  WorkerHub& hub_;
  const Observer& observer_;
  Limits limits_;
  const Clock& clock_;
  const std::function<StopRequest()>& stop_requested_;
  WorkQueue queue_;
  std::vector<Held> held_;
  std::vector<std::size_t> order_;  ///< in which workers are served: those first who cannot do everything
  StopRequest stopping_ = StopRequest::none;
  bool called_off_ = false;
  double give_up_at_ = 0;
  Patience patience_{kLongestManagerSleep};
  Outcome outcome_;
};

}  // namespace

Outcome manage(WorkerHub& hub, const Work& work, const Observer& observer, const Limits& limits, const Clock& clock,
               const std::function<StopRequest()>& stop_requested) {
  return Manager(hub, work, observer, limits, clock, stop_requested).run();
}

void dismiss(WorkerHub& hub, int status) {
  for (std::size_t worker = 0; worker < hub.workers(); ++worker) hub.send_order(worker, Leave{status});
}

}  // namespace ohmcarlo
