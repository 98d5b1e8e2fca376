#include "linalg/row_order.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>

namespace ohmcarlo {
namespace {

// The principal component is found on a sample of the rows: its direction need not be exact.
constexpr Index kSample = 256;
constexpr int kPowerSteps = 3;

template <class T>
class Bisection {
 public:
  Bisection(View<const T> x, Index group) : x_(x), group_(group), places_(static_cast<std::size_t>(x.rows)) {}

  void part(std::span<std::uint32_t> rows) {
    const Index count = std::ssize(rows);
    if (count <= group_) return;
    const Vector<float> component = principal_component(rows);
    for (Index i = 0; i < count; ++i) places_[i] = {mask_dot(x_.row(rows[i]), component), rows[i]};
    const Index groups = (count + group_ - 1) / group_;
    const Index half = groups / 2 * group_;  // whole groups on the left
    std::nth_element(places_.begin(), places_.begin() + half, places_.begin() + count);
    for (Index i = 0; i < count; ++i) rows[i] = places_[i].second;
    std::sort(rows.begin(), rows.begin() + half);  // nth_element leaves each part as it likes
    std::sort(rows.begin() + half, rows.end());
    part(rows.first(half));
    part(rows.subspan(half));
  }

 private:
  /// Sum of v over the features in which the row is not zero.
  float mask_dot(const T* row, const Vector<float>& v) const {
    constexpr Index kWays = 32;  // independent sums, for vector instructions
    std::array<float, kWays> sums{};
    Index f = 0;
    for (; f + kWays <= x_.cols; f += kWays) {
      for (Index w = 0; w < kWays; ++w) sums[w] += row[f + w] != T(0) ? v[f + w] : 0.0F;
    }
    for (; f < x_.cols; ++f) sums[0] += row[f] != T(0) ? v[f] : 0.0F;
    return std::accumulate(sums.begin(), sums.end(), 0.0F);
  }

  /// Power iteration from the first mask's distance from the mean, which is zero only if all masks of the sample are
  /// equal.
  Vector<float> principal_component(std::span<const std::uint32_t> rows) const {
    const Index count = std::ssize(rows);
    const Index samples = std::min(count, kSample);
    Matrix<float> masks(samples, x_.cols);
    for (Index i = 0; i < samples; ++i) {
      const T* row = x_.row(rows[i * count / samples]);
      for (Index f = 0; f < x_.cols; ++f) masks(i, f) = row[f] != T(0) ? 1.0F : 0.0F;
    }
    masks.rowwise() -= masks.colwise().mean().eval();
    Vector<float> component = masks.row(0).transpose();
    Vector<float> along(samples);
    for (int step = 0; step < kPowerSteps; ++step) {
      along.noalias() = masks * component;
      component.noalias() = masks.transpose() * along;
      component.normalize();
    }
    return component;
  }

  View<const T> x_;
  Index group_;
  std::vector<std::pair<float, std::uint32_t>> places_;
};

template <class T>
std::vector<std::uint32_t> order(View<const T> x, Index group) {
  require(group > 0, "a group has at least one row");
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(x.rows));
  std::iota(rows.begin(), rows.end(), 0U);
  if (x.cols > 0) Bisection<T>(x, group).part(rows);
  return rows;
}

}  // namespace

std::vector<std::uint32_t> order_by_zeros(View<const float> x, Index group) {
  return order(x, group);
}
std::vector<std::uint32_t> order_by_zeros(View<const std::uint8_t> x, Index group) {
  return order(x, group);
}

}  // namespace ohmcarlo
