#pragma once
// Pearson's correlation of two streams of numbers.

#include "linalg/matrix.hpp"

namespace ohmcarlo {

class Correlation {
 public:
  /// Adds the pairs (a(i, j), b(i, j)).
  void add(View<const float> a, View<const float> b);
  /// From -1 to 1; NaN if either does not vary.
  [[nodiscard]] double value() const;

 private:
  // Means, and sums of products about them: blocks are merged as by Chan, Golub, LeVeque (American Statistician 37,
  // 1983), so that neither an offset nor an outlier costs digits.
  double n_ = 0, mean_a_ = 0, mean_b_ = 0;
  double aa_ = 0, bb_ = 0, ab_ = 0;
};

}  // namespace ohmcarlo
