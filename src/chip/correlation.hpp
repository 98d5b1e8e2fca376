#pragma once
// Pearson's correlation of two streams of numbers.

#include "linalg/matrix.hpp"

namespace ohmcarlo {

class Correlation {
 public:
  /// Adds the pairs (a(i, j), b(i, j)).
  void add(View<const float> a, View<const float> b);
  /// NaN if either does not vary.
  [[nodiscard]] double value() const;

 private:
  // Sums about the first pair, which keeps them small.
  double n_ = 0, first_a_ = 0, first_b_ = 0;
  double a_ = 0, b_ = 0, aa_ = 0, bb_ = 0, ab_ = 0;
};

}  // namespace ohmcarlo
