#pragma once
// The one process that writes to a results file.

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "records/results.hpp"
#include "storage/lock.hpp"

namespace ohmcarlo {

/// Owns the lock of a results file and replaces it, checkpoint by checkpoint. Before each replacement it looks again
/// whether the lock is its own and the file the one that it found or wrote last, so that two writers that no lock keeps
/// apart never undo each other's work.
class ResultsWriter {
 public:
  /// Takes the lock, remembers what the file is like, and removes what killed writers of it left. Throws as
  /// ResultsLock.
  explicit ResultsWriter(std::filesystem::path results, const LockOptions& options = {});

  /// Replaces the file; what was there, if its checksum is right, stays as the previous checkpoint. Throws
  /// UnusableResults if the lock has another owner, if somebody else has changed the file since (one that was removed
  /// is made anew), or if it cannot be written. Then the file is untouched.
  void save(const Results& results);

  /// Shows that this process lives, if the last time is 10 s ago. `now`: seconds of a clock that never goes back. May
  /// be called while another thread saves.
  void beat(double now);

  /// What the user should know of the file system: sentences that begin with the file's name.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::filesystem::path path_;
  std::mutex mutex_;  ///< of the lock
  ResultsLock lock_;
  std::string mark_;  ///< of the file as it was found or written
  bool is_whole_ = false;
  double last_beat_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace ohmcarlo
