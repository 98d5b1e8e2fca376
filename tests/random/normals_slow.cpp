// The same checks as normals_statistical.cpp on a hundred million draws, far enough for tails beyond 5 sigma.

#include "normal_checks.hpp"

namespace ohmcarlo::normal_checks {
namespace normals_slow_test {

// 18 checks: 2e-5 in all. At least as small a defect is caught 99 times in 100: a mean off by 0.0007, a variance by
// 0.1 %, a third moment by 0.003, a fourth by 0.007; 2 % of a tail beyond 3 sigma, 13 % beyond 4, 39 % beyond 4.5, a
// factor 2.5 beyond 5.
TEST(Normals, AreStandardNormalToFarTails) {
  expect_standard_normal(100'000'000);
}

// 72 checks: 7e-5 in all. A correlation of 0.18 % is caught 99 times in 100.
TEST(Normals, OfNeighbouringAddressesAndElementsAreIndependentToOneInFiveHundred) {
  expect_independent(1 << 24);
}

}  // namespace normals_slow_test
}  // namespace ohmcarlo::normal_checks
