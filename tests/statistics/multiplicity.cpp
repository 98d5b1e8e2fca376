#include "statistics/multiplicity.hpp"

#include <array>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "statistics/sample.hpp"

namespace ohmcarlo {
namespace multiplicity_test {

void expect_near(const std::vector<double>& adjusted, const std::vector<double>& wanted) {
  ASSERT_EQ(adjusted.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(adjusted[i], wanted[i], 1e-12) << i;
}

TEST(Holm, HasItsKnownValues) {
  expect_near(holm_adjusted(std::array{.01, .04, .03, .005}), {.03, .06, .06, .02});
  expect_near(holm_adjusted(std::array{.02, .02, .2}), {.06, .06, .2});
}

TEST(Holm, NeverBeyondOneAndNeverFallingWithP) {
  expect_near(holm_adjusted(std::array{.6, .9, .5}), {1, 1, 1});
  expect_near(holm_adjusted(std::array{.9, .001, .4}), {.9, .003, .8});
}

TEST(Holm, WithoutATestThereIsNone) {
  EXPECT_TRUE(holm_adjusted({}).empty());
  const std::vector<double> adjusted = holm_adjusted(std::array{kNaN, .02, .03});
  EXPECT_TRUE(std::isnan(adjusted[0]));
  EXPECT_NEAR(adjusted[1], .04, 1e-12);
  EXPECT_NEAR(adjusted[2], .04, 1e-12);
  EXPECT_THROW(static_cast<void>(holm_adjusted(std::array{1.5})), std::logic_error);
}

}  // namespace multiplicity_test
}  // namespace ohmcarlo
