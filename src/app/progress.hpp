#pragma once
// What a running job says: a bar on a terminal, one plain line a minute in a log. To standard error.

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace ohmcarlo {

struct ProgressState {
  std::size_t chips_done = 0;   ///< in this run
  std::size_t chips_total = 0;  ///< of this run
  std::size_t models_left = 0;  ///< to train
  // Where the number of chips is decided as they come in, chips_total grows, and these tell how far the job is:
  std::size_t settled = 0;  ///< points that need no more chips
  std::size_t points = 0;   ///< of all; 0 if the number of chips is fixed
  bool is_race = false;     ///< whether points are values that race (trials.race), not means to be known (trials.until)
  double seconds_done = 0;  ///< that the chips took together which are done, on whichever rank
};

class Progress {
 public:
  Progress(Clock clock, bool terminal);

  /// A line of its own, at once.
  void say(const std::string& line);
  /// Shows the state if it is time to: how fast chips go since they do, and, once all networks are trained, how long
  /// the others will take. Asked for only when a line is due: `seconds_left`, what the chips that are not done will
  /// take together, if anything is known of it; `widest`, the widest current interval.
  void show(const ProgressState& state, const std::function<std::optional<double>()>& seconds_left,
            const std::function<double()>& widest);
  /// Ends the bar, if there is one.
  void finish();

 private:
  Clock clock_;
  bool terminal_;
  bool bar_shown_ = false;
  double start_;
  double next_;
  double chips_start_;  ///< the last moment at which none was done
  // The last moment at which trainings were left, and the seconds of chips then: afterwards all ranks do chips.
  double trained_at_;
  double trained_seconds_ = 0;
};

}  // namespace ohmcarlo
