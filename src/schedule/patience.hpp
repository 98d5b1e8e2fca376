#pragma once
// How a thread waits that has nothing to do and nobody to wake it.

#include <algorithm>
#include <chrono>
#include <thread>

namespace ohmcarlo {

/// Sleeps that begin short and double up to a longest one: who has just heard something is quick to hear more, who is
/// idle for long costs nothing.
class Patience {
 public:
  using Duration = std::chrono::microseconds;

  explicit Patience(Duration longest) : longest_(longest) {}

  void sleep() { std::this_thread::sleep_for(next()); }
  /// How long the next sleep is; each one is longer than the one before.
  [[nodiscard]] Duration next() {
    const Duration now = wait_;
    wait_ = std::min(2 * wait_, longest_);
    return now;
  }
  /// Something has come: the next sleep is the shortest.
  void end() { wait_ = kShortest; }

 private:
  static constexpr Duration kShortest{20};

  Duration longest_, wait_ = kShortest;
};

}  // namespace ohmcarlo
