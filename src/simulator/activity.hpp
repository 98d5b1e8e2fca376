#pragma once
// When a module of a simulated accelerator was busy.

#include <algorithm>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Cycles `first` to `last`, the latter not included.
struct Period {
  Index first = 0;
  Index last = 0;
  friend bool operator==(const Period&, const Period&) = default;
};

/// The cycles in which a module was busy, in order of time.
class Activity {
 public:
  /// With `keeps_periods` false periods() stays empty, and only cycles are counted.
  explicit Activity(bool keeps_periods = true) : keeps_periods_(keeps_periods) {}

  /// The module is busy in cycles [first, last). Cycles in which it already was count once; `first` never lies before
  /// that of an earlier call.
  void add(Index first, Index last) {
    first = std::max(first, end_);
    if (first >= last) return;
    if (keeps_periods_) {
      if (!periods_.empty() && periods_.back().last == first)
        periods_.back().last = last;
      else
        periods_.push_back({first, last});
    }
    cycles_ += last - first;
    end_ = last;
  }

  [[nodiscard]] Index cycles() const { return cycles_; }
  /// Without gaps between them left out and none that touch.
  [[nodiscard]] const std::vector<Period>& periods() const { return periods_; }

 private:
  bool keeps_periods_;
  Index cycles_ = 0;
  Index end_ = 0;
  std::vector<Period> periods_;
};

}  // namespace ohmcarlo
