#pragma once
// Activations from a small table, as digital logic beside an array evaluates them.

#include <cstdint>
#include <span>
#include <vector>

namespace ohmcarlo {

enum class GateFunction : std::uint8_t { sigmoid, tanh };

/// f(x) by the nearest of `entries` values of f: entry k, addressed by the signed code k - entries / 2, holds
///   f((k - floor(entries / 2)) * step),  step = 2 range / entries.
/// So f(0) is exact, and beyond -range .. range - step (for an even number of entries) the outermost entry holds. Half
/// way between two, the upper one is nearest. NaN stays NaN. Where f has a slope of at most s, the error within the
/// range is at most s step / 2.
template <class T>
class ActivationTable {
 public:
  static constexpr int kMostEntries = 256;

  /// Throws an Error unless 2 <= entries <= kMostEntries and range > 0.
  ActivationTable(GateFunction function, int entries, double range);

  /// f of every element, in its place.
  void look_up(std::span<T> x) const;

 private:
  std::vector<T> values_;
  double steps_per_unit_;
};

}  // namespace ohmcarlo
