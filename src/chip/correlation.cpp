#include "chip/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ohmcarlo {

void Correlation::add(View<const float> a, View<const float> b) {
  require(a.rows == b.rows && a.cols == b.cols, "correlated blocks have one shape");
  if (a.rows * a.cols == 0) return;
  const auto count = static_cast<double>(a.rows * a.cols);
  // About the first pair, so that the mean of equal numbers is that number exactly.
  double mean_a = 0, mean_b = 0;
  for (Index i = 0; i < a.rows; ++i)
    for (Index j = 0; j < a.cols; ++j) {
      mean_a += double{a(i, j)} - a(0, 0);
      mean_b += double{b(i, j)} - b(0, 0);
    }
  mean_a = a(0, 0) + mean_a / count;
  mean_b = b(0, 0) + mean_b / count;
  for (Index i = 0; i < a.rows; ++i)
    for (Index j = 0; j < a.cols; ++j) {
      const double x = a(i, j) - mean_a;
      const double y = b(i, j) - mean_b;
      aa_ += x * x;
      bb_ += y * y;
      ab_ += x * y;
    }
  const double da = n_ > 0 ? mean_a - mean_a_ : 0;
  const double db = n_ > 0 ? mean_b - mean_b_ : 0;
  const double between = n_ * count / (n_ + count);
  aa_ += da * da * between;
  bb_ += db * db * between;
  ab_ += da * db * between;
  mean_a_ = n_ > 0 ? mean_a_ + da * count / (n_ + count) : mean_a;
  mean_b_ = n_ > 0 ? mean_b_ + db * count / (n_ + count) : mean_b;
  n_ += count;
}

double Correlation::value() const {
  if (!(n_ > 1 && aa_ > 0 && bb_ > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(ab_ / (std::sqrt(aa_) * std::sqrt(bb_)), -1.0, 1.0);
}

}  // namespace ohmcarlo
