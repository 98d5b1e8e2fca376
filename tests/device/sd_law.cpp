#include "device/sd_law.hpp"

#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace sd_law_test {

// The table of the published fit: microsiemens, sd in microsiemens.
TEST(FittedSd, HasThePublishedValues) {
  constexpr std::array<std::array<double, 2>, 7> kPublished = {
      {{1.25, 0.8004}, {4, 0.9617}, {10, 1.282}, {20, 1.719}, {40, 2.232}, {44, 2.277}, {51.2, 2.308}}};
  for (const CellRange& range : {CellRange{.g_min = 0, .g_max = 51.24e-6, .top = 1},
                                 CellRange{.g_min = 4e-6, .g_max = 44e-6, .top = 15}, kTwoBits}) {
    const SdLaw law = sd_of_fit({}, range);
    for (const auto& [conductance, sd] : kPublished) {
      const double steps = range.steps(conductance * 1e-6);
      EXPECT_NEAR(law(static_cast<float>(steps)) * range.step() * 1e6, sd, 5e-4 * sd) << conductance;
    }
  }
}

TEST(FittedSd, TakesOtherCoefficientsAndAScale) {
  // Phase-change cells (Joshi et al., Nat. Commun. 11, 2020), worked out by hand.
  const FittedSd joshi{.c0 = 0.28638599, .c1 = 0.07585724, .c2 = -0.00178767, .largest = 25};
  const CellRange range{.g_min = 0, .g_max = 25e-6, .top = 1};
  EXPECT_EQ(problem(joshi, range), "");
  for (const auto& [share, sd] : {std::pair{0.25, 0.69066}, {0.5, 0.95528}, {0.75, 1.08023}, {1.0, 1.06552}}) {
    EXPECT_NEAR(sd_of_fit(joshi, range)(static_cast<float>(share)) * 25, sd, 6e-6);
  }
  FittedSd half = joshi;
  half.scale = 0.5;
  EXPECT_FLOAT_EQ(sd_of_fit(half, range)(0.3F), sd_of_fit(joshi, range)(0.3F) / 2);
}

TEST(FittedSd, IsRefusedWhereItDoesNotHold) {
  EXPECT_EQ(problem(FittedSd{}, {.g_min = 0, .g_max = 51.24e-6, .top = 3}), "");
  EXPECT_EQ(problem(FittedSd{}, {.g_min = 0, .g_max = 1e-3, .top = 3}),
            "the polynomial holds up to 51.24 microsiemens, and g_max is 1000 microsiemens");
  const FittedSd to_infinity{.largest = std::numeric_limits<double>::infinity()};
  EXPECT_EQ(problem(to_infinity, {.g_min = 0, .g_max = 113e-6, .top = 3}), "");
  EXPECT_NE(problem(to_infinity, {.g_min = 0, .g_max = 114e-6, .top = 3}), "");
  // Positive at both ends, negative between.
  const FittedSd dip{.c0 = 1, .c1 = -1, .c2 = 0.1, .largest = 10};
  EXPECT_EQ(problem(dip, {.g_min = 0, .g_max = 10e-6}), "the polynomial is a negative sd (-1.5) at 5 microsiemens");
}

}  // namespace sd_law_test
}  // namespace ohmcarlo
