#pragma once
// The lines between manager and workers: a queue in memory for the manager's own second thread, MPI for other ranks.

#include <deque>
#include <mutex>

#include "schedule/communicator.hpp"
#include "schedule/manager.hpp"
#include "schedule/worker.hpp"

namespace ohmcarlo {

/// A queue that one thread fills and another empties.
template <class Message>
class ThreadQueue {
 public:
  void push(const Message& message) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(message);
  }
  /// The oldest message, if there is one.
  [[nodiscard]] std::optional<Message> pop() {
    const std::scoped_lock lock(mutex_);
    if (messages_.empty()) return std::nullopt;
    std::optional<Message> message(std::move(messages_.front()));
    messages_.pop_front();
    return message;
  }

 private:
  std::mutex mutex_;
  std::deque<Message> messages_;
};

/// The line between the manager and a worker in another thread of its process.
class LocalLine final : public WorkerPort {
 public:
  // The worker's side.
  [[nodiscard]] std::optional<Order> next_order() override { return orders_.pop(); }
  void send_report(const Report& report) override { reports_.push(report); }
  // The manager's side.
  [[nodiscard]] std::optional<Report> next_report() { return reports_.pop(); }
  void send_order(const Order& order) { orders_.push(order); }

 private:
  ThreadQueue<Order> orders_;
  ThreadQueue<Report> reports_;
};

/// The line of a worker in a rank of its own.
class RankPort final : public WorkerPort {
 public:
  explicit RankPort(Communicator& communicator) : communicator_(communicator) {}
  [[nodiscard]] std::optional<Order> next_order() override;
  void send_report(const Report& report) override { communicator_.send(0, pack(report)); }

 private:
  Communicator& communicator_;
};

/// The manager's lines: worker 0 is its own second thread, worker r is rank r.
class JobHub final : public WorkerHub {
 public:
  JobHub(Communicator& communicator, LocalLine& line) : communicator_(communicator), line_(line) {}
  [[nodiscard]] std::size_t workers() const override { return static_cast<std::size_t>(communicator_.size()); }
  [[nodiscard]] std::optional<WorkerReport> next_report() override;
  void send_order(std::size_t worker, const Order& order) override;

 private:
  Communicator& communicator_;
  LocalLine& line_;
};

}  // namespace ohmcarlo
