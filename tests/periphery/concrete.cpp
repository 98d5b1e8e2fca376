#include "periphery/concrete.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "periphery/quantiser.hpp"
#include "periphery/ste.hpp"

namespace ohmcarlo {
namespace concrete_test {

constexpr ConcreteTails kTails[] = {ConcreteTails::normalise, ConcreteTails::clip};

std::vector<double> probabilities(const ConcreteOptions& options, double x, double a, double s) {
  std::vector<double> p = log_probabilities(options, x, a, s);
  for (double& each : p) each = std::exp(each);
  return p;
}

std::vector<double> some_gumbels(int bits, std::uint32_t seed) {
  std::mt19937 words(seed);
  std::vector<double> gumbels(std::size_t{1} << bits);
  for (double& each : gumbels) each = gumbel_from_word(static_cast<std::uint32_t>(words()));
  return gumbels;
}

TEST(Concrete, ProbabilitiesAreTheKnownOnes) {
  const std::vector<double> inside = probabilities({.bits = 4}, 3.3, 1, 0.3);
  const double expected[] = {0.062497, 0.595789, 0.321258, 0.017333};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(inside[2 + i], expected[i], 5e-7);
  const std::vector<double> below = probabilities({.bits = 2}, -1, 1, 0.5);
  const double of_below[] = {0.824035, 0.151526, 0.021508, 0.002930};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(below[i], of_below[i], 5e-7);
  const std::vector<double> above = probabilities({.bits = 4}, 17.2, 1, 0.3);
  const double of_above[] = {0.001231, 0.034516, 0.964207};
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(above[13 + i], of_above[i], 5e-7);
  EXPECT_NEAR(concrete_value({.bits = 4, .draws = false}, 3.3, 1, 0.3, {}).value, 3.290387, 5e-7);
}

TEST(Concrete, OwnCodesHaveTheirKnownProbability) {
  const double scale[] = {0.05, 0.1, 0.2, 0.3, 0.5, 1};
  const double expected[] = {0.999909, 0.986614, 0.848284, 0.682262, 0.462117, 0.244919};
  for (std::size_t i = 0; i < 6; ++i) {  // K large: no tail is lost
    for (const ConcreteTails tails : kTails) {
      EXPECT_NEAR(probabilities({.bits = 8, .tails = tails}, 2 * 128, 2, 2 * scale[i])[128], expected[i], 5e-7);
    }
  }
}

TEST(Concrete, ConversionsAreTheKnownOnes) {
  const std::vector<double> gumbels = {0.3, -0.2, 1.1, 0.05};
  const double temperature[] = {1, 0.5, 0.1};
  const double value[] = {1.685391, 1.874638, 1.999950};
  for (std::size_t i = 0; i < 3; ++i) {
    ConcreteOptions options = {.bits = 2, .temperature = temperature[i]};
    EXPECT_NEAR(concrete_value(options, 1.4, 1, 0.3, gumbels).value, value[i], 5e-7);
    options.straight_through = true;
    EXPECT_EQ(concrete_value(options, 1.4, 1, 0.3, gumbels).value, 2);
  }
  for (const bool straight_through : {false, true}) {
    const ConcreteValue each =
        concrete_value({.bits = 2, .temperature = 0.5, .straight_through = straight_through}, 1.4, 1, 0.3, gumbels);
    EXPECT_NEAR(each.by_x, 0.700743, 5e-7);
    EXPECT_NEAR(each.by_a, 0.833775, 5e-7);
    EXPECT_NEAR(each.by_s, 0.199412, 5e-7);
  }
}

// The words of the header in their plainest form, good where nothing cancels: 0 < x < (K - 1) a, s not small.
TEST(Concrete, ProbabilitiesAreDifferencesOfTheLogisticDistribution) {
  const double a = 0.7, s = 0.4;
  const auto F = [&](double v) { return 1 / (1 + std::exp(-v / s)); };
  for (const double x : {0.0, 0.2, 1.05, 4.9}) {
    double sum = 0;
    std::vector<double> inner(8), clipped(8);
    for (int i = 0; i < 8; ++i) {
      inner[i] = F(a * (i + 0.5) - x) - F(a * (i - 0.5) - x);
      sum += inner[i];
      clipped[i] = (i < 7 ? F(a * (i + 0.5) - x) : 1) - (i > 0 ? F(a * (i - 0.5) - x) : 0);
    }
    const std::vector<double> normalised = probabilities({.bits = 3}, x, a, s);
    const std::vector<double> with_tails = probabilities({.bits = 3, .tails = ConcreteTails::clip}, x, a, s);
    for (int i = 0; i < 8; ++i) {
      EXPECT_NEAR(normalised[i], inner[i] / sum, 1e-13);
      EXPECT_NEAR(with_tails[i], clipped[i], 1e-13);
    }
  }
}

TEST(Concrete, ProbabilitiesSumToOneAndStayFiniteFarAway) {
  for (const ConcreteTails tails : kTails) {
    for (const double s : {1e-4, 0.01, 0.3, 5.0}) {
      for (const double x : {-1e4 * s, -5.0, 0.0, 3.5, 7.3, 15.0, 40.0, 15 + 1e4 * s}) {
        double sum = 0;
        for (const double logarithm : log_probabilities({.bits = 4, .tails = tails}, x, 1, s)) {
          EXPECT_TRUE(std::isfinite(logarithm)) << x << " " << s;
          EXPECT_LE(logarithm, 1e-15);
          sum += std::exp(logarithm);
        }
        EXPECT_NEAR(sum, 1, 1e-12) << x << " " << s;
      }
    }
  }
}

TEST(Concrete, DerivativesAreThoseOfDifferences) {
  double worst = 0;
  for (const ConcreteTails tails : kTails) {
    for (const double temperature : {1.0, 0.5, 0.1}) {
      for (const double s : {0.05, 0.3, 1.0}) {
        for (const bool draws : {true, false}) {
          const ConcreteOptions options = {.bits = 4, .temperature = temperature, .tails = tails, .draws = draws};
          const double a = 1.3;
          // Centres, edges, between, and five ranges outside.
          for (const double u : {0.0, 4.0, 15.0, -0.5, 0.5, 6.5, 15.5, 7.3, 14.8, -5 * 15.0, 6 * 15.0}) {
            std::vector<double> gumbels;
            if (draws) gumbels = some_gumbels(4, static_cast<std::uint32_t>(100 + 10 * u));
            const auto value = [&](double x, double step, double scale) {
              return concrete_value(options, x, step, scale, gumbels).value;
            };
            // Of fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h.
            const auto difference = [&](auto f, double h) {
              return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
            };
            const double x = a * u;
            const double h = 3e-3 * s * temperature;
            const ConcreteValue exact = concrete_value(options, x, a, s, gumbels);
            const double errors[] = {
                exact.by_x - difference([&](double d) { return value(x + d, a, s); }, h),
                exact.by_a - difference([&](double d) { return value(x, a + d, s); }, h / (1 + std::fabs(u))),
                exact.by_s - difference([&](double d) { return value(x, a, s + d); }, h / (1 + std::fabs(u)))};
            for (const double error : errors) {
              EXPECT_LT(std::fabs(error), 1e-7) << "temperature " << temperature << ", s " << s << ", u " << u;
              worst = std::max(worst, std::fabs(error));
            }
          }
        }
      }
    }
  }
  std::cout << "largest difference " << worst << "\n";
}

TEST(Concrete, WithoutNoiseIsTheQuantiserWithItsStraightThroughDerivatives) {
  const double a = 0.3;
  const Quantiser adc(3, 0, 7 * a);
  for (int i = -8; i < 70; ++i) {
    const double x = static_cast<float>(a * i / 8);
    for (const ConcreteTails tails : kTails) {
      const ConcreteValue each = concrete_value({.bits = 3, .tails = tails}, x, a, 0, some_gumbels(3, 1));
      const SteValue ste = ste_value(3, a, static_cast<float>(x));
      EXPECT_EQ(each.value, adc.value(adc.clip(adc.raw_code(static_cast<float>(x)))));
      EXPECT_EQ(each.by_x, ste.by_x);
      EXPECT_EQ(each.by_a, ste.by_a);
      EXPECT_EQ(each.by_s, 0);
      if (i % 8 != 4) {  // apart from edges, little noise leads to the same level
        const double nearly = concrete_value({.bits = 3, .tails = tails}, x, a, a / 1000, some_gumbels(3, 1)).value;
        EXPECT_NEAR(nearly, each.value, 1e-12);
      }
    }
  }
}

TEST(Concrete, AtAnEdgeEitherLevelHasHalfAndTheNearestIsTheEvenOne) {
  for (int i = 0; i < 7; ++i) {
    const double x = i + 0.5;
    for (const ConcreteTails tails : kTails) {
      const std::vector<double> p = probabilities({.bits = 3, .tails = tails}, x, 1, 1e-3);
      EXPECT_NEAR(p[i], 0.5, 1e-12);
      EXPECT_NEAR(p[i + 1], 0.5, 1e-12);
      for (const double s : {0.0, 1e-3, 0.3}) {
        const ConcreteOptions options = {.bits = 3, .tails = tails, .draws = false, .straight_through = true};
        EXPECT_EQ(concrete_value(options, x, 1, s, {}).value, i % 2 == 0 ? i : i + 1);
      }
      EXPECT_NEAR(concrete_value({.bits = 3, .tails = tails, .draws = false}, x, 1, 1e-3, {}).value, x, 1e-12);
    }
  }
}

TEST(Concrete, TheNearestLevelIsTheMostProbableWithNormalisedTails) {
  for (const double s : {0.1, 0.3, 1.0, 3.0}) {
    for (double x = -2.03; x < 18; x += 0.1) {
      const std::vector<double> p = log_probabilities({.bits = 4}, x, 1, s);
      const double most = static_cast<double>(std::max_element(p.begin(), p.end()) - p.begin());
      const ConcreteOptions options = {.bits = 4, .draws = false, .straight_through = true};
      EXPECT_EQ(concrete_value(options, x, 1, s, {}).value, most) << x << " " << s;
    }
  }
}

TEST(Concrete, RefusesWhatIsNoRelaxedConverter) {
  const auto refused = [](const ConcreteOptions& options, double x, double a, double s) {
    EXPECT_THROW((void)log_probabilities(options, x, a, s), std::logic_error);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  refused({.bits = 0}, 1, 1, 1);
  refused({.bits = 9}, 1, 1, 1);
  refused({.temperature = 0}, 1, 1, 1);
  refused({.temperature = -1}, 1, 1, 1);
  refused({.temperature = 2.1}, 1, 1, 1);
  refused({.temperature = std::nan("")}, 1, 1, 1);
  refused({}, 1, 0, 1);
  refused({}, 1, infinity, 1);
  refused({}, 1, 1, 0);
  refused({}, 1, 1, -1);
  refused({}, infinity, 1, 1);
  EXPECT_THROW((void)concrete_value({}, 1, 1, -1, std::vector<double>(16)), std::logic_error);
  EXPECT_THROW((void)concrete_value({}, 1, 1, 1, std::vector<double>(15)), std::logic_error);
  EXPECT_THROW((void)concrete_value({}, 1, 1, 1, {}), std::logic_error);
  EXPECT_THROW((void)concrete_value({.draws = false}, 1, 1, 1, std::vector<double>(16)), std::logic_error);
}

}  // namespace concrete_test
}  // namespace ohmcarlo
