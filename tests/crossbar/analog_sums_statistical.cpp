// Noise drawn for every cell and noise drawn for a column have the exact distribution of the sum: 20,000 reads of 64
// columns each. Seeds are fixed. Each check fails by chance once in 10^6; there are 1560, so one in 600 for all of
// them.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/column_read.hpp"
#include "crossbar/noisy_read.hpp"
#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace analog_sums_statistical_test {

constexpr double kLimit = 4.892;            // P(|Z| > kLimit) = 1e-6
constexpr double kKolmogorovLimit = 2.694;  // 2 exp(-2 x^2) = 1e-6
constexpr std::uint64_t kReads = 20'000;
constexpr Index kRows = 37;
constexpr Index kCols = 64;
constexpr std::size_t kColumns = kCols;

/// An array, its inputs (one in five is 0, half of the rest negative) and the exact law of its column sums.
struct Case {
  SdLaw law;
  Matrix<float> cells = random_floats(kRows, kCols, 1, 0, 3);
  Matrix<float> x = random_floats(1, kRows, 2, -1.5F, 1.5F, 0.2);
  std::vector<double> mean = std::vector<double>(kColumns);
  std::vector<double> sd = std::vector<double>(kColumns);

  explicit Case(const SdLaw& sd_law) : law(sd_law) {
    for (std::size_t j = 0; j < kColumns; ++j) {
      double variance = 0;
      for (Index i = 0; i < kRows; ++i) {
        const double c = cells(i, static_cast<Index>(j));
        mean[j] += x(0, i) * c;
        variance += std::pow(x(0, i) * ((law.c2 * c + law.c1) * c + law.c0), 2);
      }
      sd[j] = std::sqrt(variance);
    }
  }

  [[nodiscard]] std::span<const float> inputs() const { return {x.data(), static_cast<std::size_t>(kRows)}; }
  [[nodiscard]] static Stream stream(Purpose purpose, std::uint64_t read) {
    return {31, {.purpose = purpose, .layer = 1, .trial = 4, .event = read}};
  }
};

/// [columns][reads]: deviations of the reads from the exact mean in exact standard deviations.
using Deviations = std::vector<std::vector<double>>;

template <class Read>
Deviations deviations(const Case& of, Read read) {
  Deviations all(kColumns, std::vector<double>(kReads));
  std::vector<float> y(kColumns);
  for (std::uint64_t r = 0; r < kReads; ++r) {
    read(r, y);
    for (std::size_t j = 0; j < kColumns; ++j) all[j][r] = (y[j] - of.mean[j]) / of.sd[j];
  }
  return all;
}

Deviations noise_of_cells(const Case& of) {
  return deviations(of, [&](std::uint64_t r, std::vector<float>& y) {
    std::fill(y.begin(), y.end(), 0.0F);
    add_noisy_read(Case::stream(Purpose::read_cell, r), 0, of.law, of.cells, of.inputs(), y);
  });
}

Deviations noise_of_columns(const Case& of) {
  std::vector<float> z(kColumns);
  std::vector<float> v(kColumns);
  return deviations(of, [&](std::uint64_t r, std::vector<float>& y) {
    Case::stream(Purpose::read_column, r).normals(0, z);
    read_columns(of.cells, of.inputs(), of.law, y, v);
    for (std::size_t j = 0; j < kColumns; ++j) y[j] += std::sqrt(v[j]) * z[j];
  });
}

/// The sum of n squares of standard normals as a standard normal deviate (Wilson and Hilferty, PNAS 17, 1931).
double chi_squared_deviate(double sum, double n) {
  return (std::cbrt(sum / n) - 1 + 2 / (9 * n)) / std::sqrt(2 / (9 * n));
}

/// sqrt(n) times the Kolmogorov-Smirnov distance from the standard normal distribution.
double kolmogorov_distance(std::vector<double> z) {
  std::sort(z.begin(), z.end());
  const auto n = static_cast<double>(z.size());
  double largest = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = 0.5 * std::erfc(-z[i] / std::sqrt(2.0));
    largest = std::max({largest, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return largest * std::sqrt(n);
}

// A standard deviation off by 3 % in one column would be seen 8 times in 10, by 0.4 % in all of them 9 times in 10.
void expect_standard_normals(const Deviations& all) {
  std::vector<double> together;
  double all_squares = 0;
  for (std::size_t j = 0; j < kColumns; ++j) {
    const std::vector<double>& z = all[j];
    const auto n = static_cast<double>(z.size());
    const double squares = std::inner_product(z.begin(), z.end(), z.begin(), 0.0);
    EXPECT_LT(std::abs(std::accumulate(z.begin(), z.end(), 0.0)) / std::sqrt(n), kLimit) << "mean of column " << j;
    EXPECT_LT(std::abs(chi_squared_deviate(squares, n)), kLimit) << "variance of column " << j;
    EXPECT_LT(kolmogorov_distance(z), kKolmogorovLimit) << "distribution of column " << j;
    // Neither the next read nor the next column knows anything of this one.
    const double next_read = std::inner_product(z.begin(), z.end() - 1, z.begin() + 1, 0.0);
    EXPECT_LT(std::abs(next_read) / std::sqrt(n - 1), kLimit) << "reads of column " << j;
    const double next_column = std::inner_product(z.begin(), z.end(), all[(j + 1) % kColumns].begin(), 0.0);
    EXPECT_LT(std::abs(next_column) / std::sqrt(n), kLimit) << "column after " << j;
    all_squares += squares;
    together.insert(together.end(), z.begin(), z.end());
  }
  const auto n = static_cast<double>(together.size());
  EXPECT_LT(std::abs(chi_squared_deviate(all_squares, n)), kLimit) << "variance of all columns";
  EXPECT_LT(kolmogorov_distance(std::move(together)), kKolmogorovLimit) << "distribution of all columns";
}

TEST(NoiseForms, HaveTheExactDistributionOfTheColumnSum) {
  for (const SdLaw& law : {SdLaw{0.1F, 0, 0}, SdLaw{0.05F, 0.1F, 0}, SdLaw{0.02F, 0.1F, -0.02F}}) {
    SCOPED_TRACE(testing::Message() << law.c0 << ' ' << law.c1 << ' ' << law.c2);
    const Case array(law);
    expect_standard_normals(noise_of_cells(array));
    expect_standard_normals(noise_of_columns(array));
  }
}

}  // namespace analog_sums_statistical_test
}  // namespace ohmcarlo
