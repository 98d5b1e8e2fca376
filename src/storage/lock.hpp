#pragma once
// Keeps a second writer away from a results file.

#include <filesystem>

namespace ohmcarlo {

/// Holds the kernel's lock on `<results>.lock` (beside the file itself if `results` is a link) for its life; the lock
/// dies with the process, however that ends. The file says who holds it, for people. Destruction removes the file.
class ResultsLock {
 public:
  /// Waits up to `patience_seconds` for a busy lock, then throws UnusableResults naming the holder; the same if the
  /// file cannot be made.
  ResultsLock(const std::filesystem::path& results, double patience_seconds);
  ~ResultsLock();
  ResultsLock(const ResultsLock&) = delete;
  ResultsLock& operator=(const ResultsLock&) = delete;

  /// Rewrites host, process and the time inside. Called at every checkpoint.
  void heartbeat() const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace ohmcarlo
