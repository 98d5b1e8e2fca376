#pragma once
// The lines between manager and workers: a queue in memory for the manager's own second thread, MPI for other ranks.

#include <deque>
#include <mutex>

#include "schedule/communicator.hpp"
#include "schedule/manager.hpp"
#include "schedule/worker.hpp"

namespace ohmcarlo {

/// Two queues between two threads of one process.
class LocalLine final : public WorkerPort {
 public:
  // worker's side
  bool poll(Message& message) override { return take(to_worker_, message); }
  void send(const Message& message) override { put(to_manager_, message); }
  // manager's side
  bool receive(Message& message) { return take(to_manager_, message); }
  void tell(const Message& message) { put(to_worker_, message); }

 private:
  bool take(std::deque<Message>& queue, Message& message);
  void put(std::deque<Message>& queue, const Message& message);

  std::mutex mutex_;
  std::deque<Message> to_worker_, to_manager_;
};

/// A worker in a rank of its own.
class RankPort final : public WorkerPort {
 public:
  explicit RankPort(Communicator& communicator) : communicator_(communicator) {}
  bool poll(Message& message) override;
  void send(const Message& message) override { communicator_.send(0, pack(message)); }

 private:
  Communicator& communicator_;
};

/// Worker 0 is the manager's own second thread, worker r is rank r.
class JobHub final : public WorkerHub {
 public:
  JobHub(Communicator& communicator, LocalLine& line) : communicator_(communicator), line_(line) {}
  [[nodiscard]] std::size_t workers() const override { return static_cast<std::size_t>(communicator_.size()); }
  bool poll(std::size_t& worker, Message& message) override;
  void send(std::size_t worker, const Message& message) override;

 private:
  Communicator& communicator_;
  LocalLine& line_;
};

}  // namespace ohmcarlo
