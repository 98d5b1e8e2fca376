// Vectorised conversions against the scalar Quantiser, bit for bit.

#include "crossbar/convert.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace convert_test {

class Convert : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Kernels, Convert, testing::ValuesIn(targets()), target_name);

struct Expected {
  std::vector<double> acc;
  std::int64_t clipped = 0;

  void add(const Quantiser& adc, float v, double factor, double before) {
    const float raw = adc.raw_code(v);
    acc.push_back(before + factor * double{adc.clip(raw)});
    clipped += raw < adc.lowest() || raw > adc.highest() ? 1 : 0;
  }
};

/// Sums in and around the range, among them halves of an lsb and both ends of the codes, and codes just beyond.
std::vector<float> sums_around(const Quantiser& adc, std::size_t count, std::uint32_t seed) {
  const Matrix<float> place = random_floats(1, static_cast<Index>(count), seed, -0.2F, 1.2F);
  std::vector<float> v(count);
  const auto codes = double{adc.highest()} - double{adc.lowest()};
  for (std::size_t i = 0; i < count; ++i) {
    double code = double{adc.lowest()} + codes * place(0, static_cast<Index>(i));
    if (i % 3 == 1) code = std::floor(code) + 0.5;
    if (i % 7 == 2) code = adc.highest() + static_cast<double>(i % 5) * 0.5 - 1;
    if (i % 7 == 3) code = adc.lowest() - static_cast<double>(i % 5) * 0.5 + 1;
    v[i] = static_cast<float>(adc.zero() + code * adc.lsb());
  }
  return v;
}

TEST_P(Convert, GivesTheCodesOfTheQuantiser) {
  for (const Quantiser& adc : {Quantiser(8, -100, 100), Quantiser(8, 0, 255), Quantiser(1, 0, 3), Quantiser(2, -1, 1),
                               Quantiser(5, -3, 11.5), Quantiser(24, -1e5, 1e5), Quantiser(12, 1.5, 2)}) {
    for (const std::size_t count : {0, 1, 3, 7, 8, 9, 15, 16, 17, 100, 1003}) {
      for (const double factor : {1.0, -64.0, 16384.0, 0.37}) {
        const std::vector<float> v = sums_around(adc, count, 1);
        std::vector<double> acc(count + 1, -77);
        Expected expected;
        for (std::size_t j = 0; j < count; ++j) {
          acc[j] = 1000 - 3 * static_cast<double>(j);
          expected.add(adc, v[j], factor, acc[j]);
        }
        const auto clipped = add_codes(adc, v, factor, std::span(acc).first(count));
        ASSERT_EQ(clipped, expected.clipped) << count;
        ASSERT_EQ(acc.back(), -77);
        acc.pop_back();
        if (factor == 0.37) {  // rounded once instead of twice
          for (std::size_t j = 0; j < count; ++j) ASSERT_NEAR(acc[j], expected.acc[j], 1e-15 * std::abs(acc[j]) + 1e-9);
        } else {
          ASSERT_EQ(acc, expected.acc);
        }
      }
    }
  }
}

TEST_P(Convert, GivesEachColumnItsOwnRange) {
  std::vector<Quantiser> columns;
  for (int j = 0; j < 137; ++j) columns.emplace_back(6, -1.0 - 0.1 * j, 1.0 + 0.1 * j);
  for (const std::size_t count : {0, 1, 5, 8, 16, 23, 137}) {
    const std::vector<Quantiser> some(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count));
    const std::vector<float> v = sums_around(columns[50], count, 2);
    std::vector<double> acc(count, 5);
    Expected expected;
    for (std::size_t j = 0; j < count; ++j) expected.add(some[j], v[j], 4, 5);
    ASSERT_EQ(add_codes(ColumnQuantisers(some), v, 4, acc), expected.clipped);
    ASSERT_EQ(acc, expected.acc);
  }
}

TEST_P(Convert, CountsOnlyCodesBeyondTheRange) {
  const Quantiser adc(4, 0, 15);
  const std::vector<float> v = {-0.6F, -0.5F, -0.4F, 0, 15, 15.4F, 15.5F, 15.6F, 16, -1, 1e30F};
  std::vector<double> acc(v.size());
  EXPECT_EQ(add_codes(adc, v, 1, acc), 6);
  EXPECT_EQ(acc, (std::vector<double>{0, 0, 0, 0, 15, 15, 15, 15, 15, 0, 15}));
}

TEST(Conversions, RefuseWhatDoesNotFit) {
  const Quantiser adc(8, -1, 1);
  std::vector<float> v(5);
  std::vector<double> acc(5);
  EXPECT_THROW(add_codes(adc, v, 1, std::span(acc).first(4)), std::logic_error);
  EXPECT_THROW(add_codes(ColumnQuantisers(std::vector<Quantiser>(4, adc)), v, 1, acc), std::logic_error);
  EXPECT_THROW(ColumnQuantisers(std::vector<Quantiser>{adc, Quantiser(8, 0, 1)}), std::logic_error);
  EXPECT_THROW(ColumnQuantisers(std::vector<Quantiser>{adc, Quantiser(7, -1, 1)}), std::logic_error);
}

}  // namespace convert_test
}  // namespace ohmcarlo
