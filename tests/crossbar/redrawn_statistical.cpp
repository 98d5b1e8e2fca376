// The law of cells that vary at every read, against its distribution function.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"

namespace ohmcarlo {
namespace redrawn_statistical_test {

/// ln(g / target) / sigma over `count` images of a cell that varies, seen through the array. One weight, whose positive
/// cell varies and whose negative one is stuck at g_min = 0, on the first chip of which that is true.
std::vector<double> standardised(std::size_t count) {
  ArrayOptions options;
  options.format.mapping = Mapping::mid_point;
  options.cells.range = {0, 1e-4, 1};
  options.cells.defects = Defects{.rate = 1, .stuck_share = 0.5, .sigma_low = 0.8, .sigma_high = 0.8, .redrawn = true};
  options.dac.coding.encoding = InputEncoding::automatic;
  const Matrix<float> weight = Matrix<float>::Constant(1, 1, 0.5F);
  ArrayLayer layer(options, View<const float>(weight), true);
  const Matrix<float> x = Matrix<float>::Ones(static_cast<Index>(count), 1);
  std::vector<std::uint32_t> images(count);
  std::iota(images.begin(), images.end(), 0U);
  for (std::uint32_t trial = 0;; ++trial) {
    const ChipKey chip{5, {.trial = trial}};
    (void)layer.program(chip);
    if (layer.plane(0, false)(0, 0) != 1 || layer.plane(0, true)(0, 0) != 0) continue;
    // The negative cell's target is 0 here, so that neither kind conducts: the output is the positive cell.
    Matrix<float> y(x.rows(), 1);
    layer.read(x, {images, 1}, calibrate(layer, x), chip, y);
    std::vector<double> z(count);
    for (std::size_t i = 0; i < count; ++i) z[i] = std::log(y(static_cast<Index>(i), 0) / 0.5) / 0.8;
    return z;
  }
}

// Kolmogorov-Smirnov: sqrt(n) D above 2.69 happens by chance once in 10^6.
TEST(RedrawnCellsStatistical, AreLognormalOverReads) {
  std::vector<double> z = standardised(100000);
  std::sort(z.begin(), z.end());
  const auto n = static_cast<double>(z.size());
  double distance = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = std::erfc(-z[i] / std::sqrt(2.0)) / 2;
    distance =
        std::max({distance, std::fabs(p - static_cast<double>(i) / n), std::fabs(p - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LT(std::sqrt(n) * distance, 2.69);
}

// Serial correlation is N(0, 1/n): each of three lags beyond 5.3 sd happens once in 10^7.
TEST(RedrawnCellsStatistical, AreIndependentFromReadToRead) {
  const std::vector<double> z = standardised(100000);
  for (const std::size_t lag : {1U, 16U, 64U}) {
    double sum = 0;
    for (std::size_t i = lag; i < z.size(); ++i) sum += z[i] * z[i - lag];
    EXPECT_LT(std::fabs(sum) / std::sqrt(static_cast<double>(z.size() - lag)), 5.3) << lag;
  }
}

}  // namespace redrawn_statistical_test
}  // namespace ohmcarlo
