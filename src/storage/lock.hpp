#pragma once
// Keeps a second writer away from a results file, on file systems with locks and on those without.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace ohmcarlo {

/// How a lock is waited for.
struct LockOptions {
  double patience_seconds = 10;
  /// What is thrown when they are over: Resumable (exit 75) if true, else UnusableResults (exit 4).
  bool resumable = false;
  Clock clock = steady_clock();
  std::function<void(double seconds)> sleep = {};               ///< empty: the thread sleeps
  std::function<int(int descriptor, int operation)> lock = {};  ///< empty: flock(2)
};

/// Seconds that the heartbeat of an owner without a kernel's lock must stand still before its lock is taken over.
inline constexpr double kStillSeconds = 300;

/// Seconds between two signs of life of an owner.
inline constexpr double kBeatSeconds = 10;

/// Owns the file `<results>.lock` (beside the file itself if `results` is a link) for its life. Where the file system
/// has locks the kernel's lock on it is what counts: it dies with its process, however that ends. Where it has none
/// (ENOLCK), who creates the file owns it, and it is taken over once its heartbeat has not moved for kStillSeconds of
/// the waiter's clock; a lock that the kernel holds is never taken over. The file says who owns it, for people, and
/// holds a token that no other owner has. Destruction removes it.
class ResultsLock {
 public:
  /// Waits as long as the options say, then throws an error naming the owner; UnusableResults if the file cannot be
  /// made; Resumable if a signal asks to stop meanwhile.
  explicit ResultsLock(const std::filesystem::path& results, const LockOptions& options = {});
  ~ResultsLock();
  ResultsLock(const ResultsLock&) = delete;
  ResultsLock& operator=(const ResultsLock&) = delete;

  /// False where the file system has no locks.
  [[nodiscard]] bool is_kernel_lock() const { return kernel_; }
  /// Shows that this owner lives: rewrites host, process, time and the count of beats. Called every kBeatSeconds.
  void beat();
  /// Reads the token again. Throws UnusableResults if another process has taken the lock over; a file that somebody
  /// removed is made anew.
  void confirm();

 private:
  enum class Attempt { owned, busy, again };
  struct LockFile;

  Attempt attempt(double now);
  Attempt begin(int descriptor, bool kernel);
  bool is_still(const LockFile& seen, double now);
  /// Removes the file of an owner whose heartbeat stands still, if it is still the same one.
  /// False if another waiter is about it.
  [[nodiscard]] bool remove_still(const LockFile& seen, double now);
  [[noreturn]] void give_up(const LockOptions& options) const;

  std::filesystem::path results_, path_;
  std::function<int(int, int)> lock_;
  std::string token_;
  int descriptor_ = -1;
  bool kernel_ = false;
  unsigned beats_ = 0;
  std::string still_;  ///< what the file of another owner said
  double still_since_ = 0;
  std::optional<double> marked_since_;  ///< when the mark of another waiter was first seen (remove_still)
};

}  // namespace ohmcarlo
