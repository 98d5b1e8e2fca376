#include "periphery/ste.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "periphery/quantiser.hpp"

namespace ohmcarlo {
namespace ste_test {

TEST(Ste, KnownAnswers) {
  const std::vector<float> u = {-0.4F, 0.3F, 0.5F, 1.5F, 2.51F, 14.9F, 15.7F};
  const std::vector<double> code = {0, 0, 0, 2, 3, 15, 15};
  const std::vector<double> by_x = {0, 1, 1, 1, 1, 1, 0};
  const std::vector<double> by_a = {0, -0.3, -0.5, 0.5, 0.49, 0.1, 15};
  for (std::size_t i = 0; i < u.size(); ++i) {
    for (const double a : {1.0, 0.25}) {  // a power of 2 changes nothing but the unit
      const SteValue each = ste_value(4, a, u[i] * static_cast<float>(a));
      EXPECT_EQ(each.value, a * code[i]) << u[i];
      EXPECT_EQ(each.by_x, by_x[i]) << u[i];
      EXPECT_NEAR(each.by_a, by_a[i], 1e-6) << u[i];
    }
  }
}

TEST(Ste, IsOpenAtBothEndsOfTheRange) {
  EXPECT_EQ(ste_value(3, 1, 0).by_x, 1);
  EXPECT_EQ(ste_value(3, 1, 7).by_x, 1);
  EXPECT_EQ(ste_value(3, 1, std::nextafter(7.0F, 8.0F)).by_x, 0);
  EXPECT_EQ(ste_value(3, 1, -std::numeric_limits<float>::min()).by_x, 0);
}

TEST(Ste, CodesAreThoseOfTheQuantiser) {
  for (const double a : {1.0, 0.3, 0.0123}) {
    for (const int bits : {1, 2, 4, 7}) {
      const double highest = std::ldexp(1.0, bits) - 1;
      const Quantiser adc(bits, 0, a * highest);
      std::vector<float> x;
      for (int i = -8; i < 4 * highest + 8; ++i) x.push_back(static_cast<float>(a * i / 4));
      std::vector<float> by_x(x.size()), by_a(x.size());
      ste_derivatives(ste_quantiser(bits, a), x, by_x, by_a);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const float code = adc.clip(adc.raw_code(x[i]));
        const SteValue each = ste_value(bits, a, x[i]);
        EXPECT_EQ(each.value, adc.value(code));
        EXPECT_EQ(each.by_x, by_x[i]);
        EXPECT_EQ(each.by_a, by_a[i]);
        const double u = double{x[i]} / a;
        EXPECT_NEAR(by_a[i], u < 0 || u > highest + 1e-5 ? code : code - u, 1e-6 * (1 + std::fabs(u))) << x[i];
      }
    }
  }
}

TEST(Ste, RefusesWhatIsNoConverter) {
  EXPECT_THROW((void)ste_value(0, 1, 1), std::logic_error);
  EXPECT_THROW((void)ste_value(25, 1, 1), std::logic_error);
  EXPECT_THROW((void)ste_value(4, 0, 1), std::logic_error);
  EXPECT_THROW((void)ste_value(4, -1, 1), std::logic_error);
  std::vector<float> two(2), three(3);
  EXPECT_THROW(ste_derivatives(ste_quantiser(4, 1), two, three, two), std::logic_error);
  EXPECT_THROW(ste_derivatives(ste_quantiser(4, 1), two, two, three), std::logic_error);
}

}  // namespace ste_test
}  // namespace ohmcarlo
