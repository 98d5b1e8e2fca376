#pragma once
// Events of a given probability from 32-bit random words.

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ohmcarlo {

/// Says yes to the round(p 2^32) smallest words: with probability p to 2^-33, never at p = 0, always at p = 1. A word
/// that gets a yes keeps it as p grows. Words rather than floats, whose rounding shifts probabilities near 1.
class Chance {
 public:
  explicit Chance(double p) {
    const auto words = static_cast<std::uint64_t>(std::llround(std::ldexp(std::clamp(p, 0.0, 1.0), 32)));
    never_ = words == 0;
    last_ = static_cast<std::uint32_t>(words - 1);
  }

  [[nodiscard]] bool never() const { return never_; }
  [[nodiscard]] bool operator()(std::uint32_t word) const { return !never_ && word <= last_; }

 private:
  bool never_ = true;
  std::uint32_t last_ = 0;
};

}  // namespace ohmcarlo
