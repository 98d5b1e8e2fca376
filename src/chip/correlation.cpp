#include "chip/correlation.hpp"

#include <cmath>
#include <limits>

namespace ohmcarlo {

void Correlation::add(View<const float> a, View<const float> b) {
  require(a.rows == b.rows && a.cols == b.cols, "correlated blocks have one shape");
  if (a.rows * a.cols == 0) return;
  if (n_ == 0) {
    first_a_ = a(0, 0);
    first_b_ = b(0, 0);
  }
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < a.cols; ++j) {
      const double x = a(i, j) - first_a_;
      const double y = b(i, j) - first_b_;
      a_ += x;
      b_ += y;
      aa_ += x * x;
      bb_ += y * y;
      ab_ += x * y;
    }
  }
  n_ += static_cast<double>(a.rows * a.cols);
}

double Correlation::value() const {
  const double va = aa_ - a_ * a_ / n_;
  const double vb = bb_ - b_ * b_ / n_;
  if (!(n_ > 1 && va > 0 && vb > 0)) return std::numeric_limits<double>::quiet_NaN();
  return (ab_ - a_ * b_ / n_) / std::sqrt(va * vb);
}

}  // namespace ohmcarlo
