#pragma once
// The thread that saves the results of a running job, beside the one that hands out work.

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "records/results.hpp"

namespace ohmcarlo {

/// Saves one state of the results after the other in a thread of its own, which never calls MPI. It holds at most one
/// copy of them. Its members are for one thread, the owner's.
class Saver {
 public:
  /// What is done with each state, in the saver's thread; it may change it. Must not outlive what it refers to.
  using Save = std::function<void(Results& results)>;

  explicit Saver(Save save);
  /// Lets a saving that has begun come to its end.
  ~Saver();
  Saver(const Saver&) = delete;
  Saver& operator=(const Saver&) = delete;

  /// Whether a saving is going on.
  [[nodiscard]] bool is_busy() const;
  /// Throws what the last saving that came to its end threw, once.
  void raise();
  /// Copies the results and begins to save the copy. Only if none is going on.
  void begin(const Results& results);
  /// Waits for the saving that is going on, if one is. Throws what it threw.
  void wait();
  /// Waits likewise, then saves the results themselves and returns when that is done. Throws what it threw; what an
  /// earlier saving threw is forgotten: these results have all that it was to save.
  void save_now(Results& results);

 private:
  void run();
  void hand_over(Results& results);
  void wait_until_idle();

  Save save_;
  Results copy_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Results* given_ = nullptr;  ///< to be saved, or being saved
  std::exception_ptr thrown_;
  bool leaves_ = false;
  std::thread thread_;
};

}  // namespace ohmcarlo
