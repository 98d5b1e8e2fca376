#pragma once
// The thread that saves what a running job has found, beside the one that hands out work.

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "records/results.hpp"

namespace ohmcarlo {

/// Saves one state of the results after the other in a thread of its own, which never calls MPI. It holds at most one
/// copy of them. Its members are for one thread, the owner's.
template <class State>
class SaverOf {
 public:
  /// What is done with each state, in the saver's thread; it may change it. Must not outlive what it refers to.
  using Save = std::function<void(State& results)>;

  explicit SaverOf(Save save) : save_(std::move(save)), thread_([this] { run(); }) {}
  /// Lets a saving that has begun come to its end.
  ~SaverOf() {
    {
      const std::scoped_lock lock(mutex_);
      leaves_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  SaverOf(const SaverOf&) = delete;
  SaverOf& operator=(const SaverOf&) = delete;

  /// Whether a saving is going on.
  [[nodiscard]] bool is_busy() const {
    const std::scoped_lock lock(mutex_);
    return given_ != nullptr;
  }
  /// Throws what the last saving that came to its end threw, once.
  void raise() {
    std::exception_ptr thrown;
    {
      const std::scoped_lock lock(mutex_);
      thrown = std::exchange(thrown_, nullptr);
    }
    if (thrown) std::rethrow_exception(thrown);
  }
  /// Copies the results and begins to save the copy. Only if none is going on.
  void begin(const State& results) {
    require(!is_busy(), "one saving at a time");
    copy_ = results;
    hand_over(copy_);
  }
  /// Waits for the saving that is going on, if one is. Throws what it threw.
  void wait() {
    wait_until_idle();
    raise();
  }
  /// Waits likewise, then saves the results themselves and returns when that is done. Throws what it threw; what an
  /// earlier saving threw is forgotten: these results have all that it was to save.
  void save_now(State& results) {
    wait_until_idle();
    hand_over(results);
    wait();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return given_ != nullptr || leaves_; });
      if (given_ == nullptr) return;
      State& results = *given_;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        save_(results);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      thrown_ = thrown;
      given_ = nullptr;
      changed_.notify_all();
    }
  }

  void hand_over(State& results) {
    {
      const std::scoped_lock lock(mutex_);
      require(given_ == nullptr, "one saving at a time");
      given_ = &results;
      thrown_ = nullptr;
    }
    changed_.notify_all();
  }

  void wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return given_ == nullptr; });
  }

  Save save_;
  State copy_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State* given_ = nullptr;  ///< to be saved, or being saved
  std::exception_ptr thrown_;
  bool leaves_ = false;
  std::thread thread_;
};

using Saver = SaverOf<Results>;

}  // namespace ohmcarlo
