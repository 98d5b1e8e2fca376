#include "network/smooth.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace smooth_test {

class Smooth : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, Smooth, testing::ValuesIn(targets()), target_name);

/// Both signs of all sizes from 1e-9 to 80.
std::vector<float> arguments() {
  std::vector<float> x;
  for (double size = 1e-9; size < 80; size *= 1.0003) {
    x.push_back(static_cast<float>(size));
    x.push_back(static_cast<float>(-size));
  }
  return x;
}

/// The largest error of `values` in units of the last place of the exact ones.
template <class Exact>
double largest_error(const std::vector<float>& x, const std::vector<float>& values, Exact exact) {
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double wanted = exact(double{x[i]});
    const auto size = static_cast<float>(std::fabs(wanted));
    const double ulp = double{std::nextafter(size, std::numeric_limits<float>::infinity())} - double{size};
    largest = std::max(largest, std::fabs(double{values[i]} - wanted) / ulp);
  }
  return largest;
}

TEST_P(Smooth, IsWithinThreeUnitsInTheLastPlace) {
  const std::vector<float> x = arguments();
  std::vector<float> y(x.size());
  sigmoid(x, y);
  const double of_sigmoid = largest_error(x, y, [](double v) { return 1 / (1 + std::exp(-v)); });
  EXPECT_LE(of_sigmoid, 3);
  EXPECT_GT(of_sigmoid, 0.5);  // it is measured
  hyperbolic_tangent(x, y);
  const double of_tanh = largest_error(x, y, [](double v) { return std::tanh(v); });
  EXPECT_LE(of_tanh, 3);
  RecordProperty("sigmoid_ulp", std::to_string(of_sigmoid));
  RecordProperty("tanh_ulp", std::to_string(of_tanh));
}

TEST_P(Smooth, KnowsTheEndsAndKeepsNaN) {
  const float far = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t padding : {std::size_t{0}, std::size_t{16}}) {  // alone, and within vectors
    std::vector<float> x = {0, -0.0F, far, -far, 1e30F, -1e30F, nan};
    x.resize(x.size() + padding, 1);
    std::vector<float> y(x.size());
    sigmoid(x, y);
    EXPECT_EQ(y[0], 0.5F);
    EXPECT_EQ(y[2], 1.0F);
    EXPECT_EQ(y[4], 1.0F);
    for (const std::size_t i : {3, 5}) {
      EXPECT_GE(y[i], 0.0F);
      EXPECT_LE(y[i], 1.7e-38F);
    }
    EXPECT_TRUE(std::isnan(y[6]));
    hyperbolic_tangent(x, y);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(y[0]), 0U);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(y[1]), 0x80000000U);
    for (const std::size_t i : {2, 4}) EXPECT_EQ(y[i], 1.0F);
    for (const std::size_t i : {3, 5}) EXPECT_EQ(y[i], -1.0F);
    EXPECT_TRUE(std::isnan(y[6]));
  }
}

/// Every number alone on the first instruction set, and all together on this one.
TEST_P(Smooth, HasTheSameBitsInEveryPlaceOnEveryProcessor) {
  const std::vector<float> x = arguments();
  std::vector<float> y(x.size()), alone(x.size());
  for (const auto function : {static_cast<void (*)(std::span<const float>, std::span<float>)>(sigmoid),
                              static_cast<void (*)(std::span<const float>, std::span<float>)>(hyperbolic_tangent)}) {
    function(x, y);
    use_target(targets().front());
    for (std::size_t i = 0; i < x.size(); ++i) function({&x[i], 1}, {&alone[i], 1});
    use_target(GetParam());
    EXPECT_EQ(alone, y);
  }
}

TEST(SmoothInDouble, IsTheStandardLibrary) {
  const std::vector<double> x = {-3, -0.1, 0, 2, 800};
  std::vector<double> y(x.size());
  sigmoid(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], 1 / (1 + std::exp(-x[i])));
  hyperbolic_tangent(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], std::tanh(x[i]));
}

}  // namespace smooth_test
}  // namespace ohmcarlo
