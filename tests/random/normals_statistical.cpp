// The normals have the right distribution: ten million draws. Each check fails by chance once in 10^6
// (normal_checks.hpp).

#include "normal_checks.hpp"

namespace ohmcarlo::normal_checks {
namespace normals_statistical_test {

// 18 checks: 2e-5 in all. At least as small a defect is caught 99 times in 100: a mean off by 0.0023, a variance by
// 0.32 %, a third moment by 0.009, a fourth by 0.022; 7 % of a tail beyond 3 sigma, 45 % beyond 4, a factor 2.3
// beyond 4.5.
TEST(Normals, AreStandardNormal) {
  expect_standard_normal(10'000'000);
}

// 72 checks: 7e-5 in all. A correlation of 0.7 % is caught 99 times in 100.
TEST(Normals, OfNeighbouringAddressesAndElementsAreIndependent) {
  expect_independent(1 << 20);
}

// Uniforms are the same words: their own conversion is checked here with 10^7 of them (four checks).
TEST(Uniforms, AreUniform) {
  std::vector<float> u(10'000'000);
  Stream(kSeed, {.purpose = Purpose::shuffle}).uniforms(0, u);
  double sum = 0;
  double squares = 0;
  double below_percent = 0;
  double below_rare = 0;
  for (const float value : u) {
    sum += value - 0.5;
    squares += (value - 0.5) * (value - 0.5) - 1.0 / 12;
    below_percent += value < 0.01F ? 1 : 0;
    below_rare += value < 1e-5F ? 1 : 0;
  }
  const auto n = static_cast<double>(u.size());
  EXPECT_LT(std::abs(sum) / std::sqrt(n / 12), kLimit);
  EXPECT_LT(std::abs(squares) / std::sqrt(n / 180), kLimit);
  EXPECT_GT(binomial_tail(n, 0.01, below_percent), kFalseAlarm / 2);
  EXPECT_GT(binomial_tail(n, 1e-5, below_rare), kFalseAlarm / 2);
}

}  // namespace normals_statistical_test
}  // namespace ohmcarlo::normal_checks
