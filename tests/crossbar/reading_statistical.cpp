// What noise makes of weights and codes, against exact distributions. Every check fails with probability 1e-6 or less
// if the chain is right; seeds are fixed.

#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <numbers>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"
#include "random/normal_checks.hpp"

namespace ohmcarlo {
namespace reading_statistical_test {

using normal_checks::binomial_tail;
using normal_checks::kFalseAlarm;
using normal_checks::kLimit;

double q(double z) {
  return normal_checks::upper_tail(z);
}

struct Moments {
  double mean = 0, sd = 0, mean_error = 0, sd_error = 0;  ///< with their standard errors
};

Moments moments(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Moments m;
  for (const double v : values) m.mean += v / n;
  double second = 0, fourth = 0;
  for (const double v : values) {
    second += std::pow(v - m.mean, 2) / n;
    fourth += std::pow(v - m.mean, 4) / n;
  }
  m.sd = std::sqrt(second);
  m.mean_error = m.sd / std::sqrt(n);
  m.sd_error = std::sqrt((fourth - second * second) / n) / (2 * m.sd);
  return m;
}

/// 40,000 weights of 0.5 (the largest is 1) on analog cells with this variation.
Moments programmed_halves(Mapping mapping, CellRange range, double sigma, Clip clip) {
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = range;
  options.cells.variation.sigma = sigma;
  options.cells.clip = clip;
  Matrix<float> weights = Matrix<float>::Constant(201, 200, 0.5F);
  weights.row(200).setOnes();
  ArrayLayer layer(options, weights);
  layer.program({7, {.layer = 1, .trial = 4}});
  const Matrix<float> held = layer.read_back();
  return moments(std::vector<double>(held.data(), held.data() + 40'000));
}

void expect_moments(const char* what, const Moments& m, double mean, double sd) {
  std::cout << what << ": mean " << m.mean << " +- " << m.mean_error << " (" << mean << "), sd " << m.sd << " +- "
            << m.sd_error << " (" << sd << ")\n";
  EXPECT_LT(std::fabs(m.mean - mean), kLimit * m.mean_error);
  EXPECT_LT(std::fabs(m.sd - sd), kLimit * m.sd_error);
}

TEST(WeightNoise, HasTheHalfNormalBiasOfAPairThatCannotConductLessThanNothing) {
  // The idle cell keeps the upper half of its normal: mean sigma / sqrt(2 pi), sd^2 sigma^2 (1/2 - 1/(2 pi)).
  const double sigma = 0.05, pi = std::numbers::pi;
  const double sd = sigma * std::sqrt(1.5 - 0.5 / pi);
  expect_moments("clipped at zero", programmed_halves(Mapping::one_sided, {0, 1e-4, 1}, sigma, Clip::zero),
                 0.5 - sigma / std::sqrt(2 * pi), sd);
  // Idle cells at a tenth of g_max, sigma relative to g_max: closed form of another simulator, clipped at zero.
  expect_moments("above a floor", programmed_halves(Mapping::one_sided, {1e-5, 1e-4, 1}, sigma / 0.9, Clip::zero),
                 0.499528, 0.077782);
  expect_moments("unclipped", programmed_halves(Mapping::one_sided, {0, 1e-4, 1}, sigma, Clip::none), 0.5,
                 sigma * std::sqrt(2.0));
}

TEST(WeightNoise, OfEveryMappingIsThatOfItsCells) {
  const double sigma = 0.1;
  const CellRange range{1e-5, 1e-4, 1};
  expect_moments("signed", programmed_halves(Mapping::sign_magnitude, range, sigma, Clip::none), 0.5, sigma);
  expect_moments("one-sided", programmed_halves(Mapping::one_sided, range, sigma, Clip::none), 0.5,
                 sigma * std::sqrt(2.0));
  expect_moments("mid-point", programmed_halves(Mapping::mid_point, range, sigma, Clip::none), 0.5,
                 sigma * std::sqrt(2.0));
}

TEST(WeightNoise, OfSlicesIsThePublishedNumber) {
  // 8 bits on cells of 2: sqrt(4369) / 85 sigma (Qin et al., CODES+ISSS 2024: 0.77763).
  ArrayOptions options;
  options.format = {Mapping::sign_magnitude, 8, 2};
  options.cells.range.top = 3;
  options.cells.variation.sigma = 0.1;
  Matrix<float> weights = Matrix<float>::Constant(200, 200, 0.2F);
  weights(0, 0) = 1;
  ArrayLayer layer(options, weights);
  const Matrix<float> clean = layer.read_back();
  layer.program({7, {.layer = 1, .trial = 4}});
  const Matrix<float> error = layer.read_back() - clean;
  expect_moments("four slices", moments(std::vector<double>(error.data(), error.data() + error.size())), 0,
                 0.1 * std::sqrt(4369.0) / 85);
}

/// N = 16 rows of cells whose off current is a tenth of the on current; output k has k cells on.
constexpr int kRows = 16;
constexpr Index kReads = 30'000;

/// Conversions of kReads inputs of ones that gave another code than k, for k = 0..16. The range starts with k = 0 or
/// ends with k = 16.
enum class End { first, last };

std::vector<double> misreads(ArrayOptions options, End end) {
  options.format = {Mapping::sign_magnitude, 1, 1};
  options.cells.range = {1e-5, 1e-4, 1};
  options.adc.bits = 5;
  options.adc.range = RangeKind::given;
  options.adc.low = end == End::first ? 0 : -15;
  options.adc.high = options.adc.low + 31;
  Matrix<float> weights(kRows + 1, kRows);
  for (Index k = 0; k <= kRows; ++k)
    for (Index i = 0; i < kRows; ++i) weights(k, i) = i < k ? 1.0F : 0.0F;
  const ArrayLayer layer(options, weights);
  const Matrix<float> x = Matrix<float>::Ones(kReads, kRows);
  std::vector<std::uint32_t> images(kReads);
  std::iota(images.begin(), images.end(), 0U);
  Matrix<float> y(kReads, kRows + 1);
  layer.read(x, {images}, calibrate(layer, x), {9, {.layer = 3, .trial = 2}}, y);
  std::vector<double> missed(kRows + 1);
  for (Index k = 0; k <= kRows; ++k)
    for (Index r = 0; r < kReads; ++r) missed[static_cast<std::size_t>(k)] += std::lround(y(r, k)) != k ? 1 : 0;
  return missed;
}

void expect_misreads(const char* what, const ArrayOptions& options, const std::function<double(int)>& tail) {
  std::cout << what << ":";
  for (const End end : {End::first, End::last}) {
    const std::vector<double> missed = misreads(options, end);
    for (int k = 0; k <= kRows; ++k) {
      // What goes beyond an end of the range is no error.
      const double p = (k == (end == End::first ? 0 : kRows) ? 1 : 2) * tail(k);
      const double seen = missed[static_cast<std::size_t>(k)];
      if (k > 0 && k % 4 == 0 && (end == End::first || k == kRows))
        std::cout << (end == End::first ? "  k = " : "  end k = ") << k << " " << seen / kReads << " (" << p << ")";
      EXPECT_GT(binomial_tail(kReads, p, seen), kFalseAlarm / 2) << what << ", k = " << k << ": " << seen / kReads;
    }
  }
  std::cout << "\n";
}

TEST(SmallReadMargin, MisreadsAsOftenAsTheOverlapOfNeighboursSays) {
  for (const double cv : {0.08, 0.05}) {
    const auto sd = [cv](int k) { return cv * std::sqrt(k + (kRows - k) * 0.01); };  // in currents of a cell fully on
    const auto normal_tail = [&](int k) { return q(0.45 / sd(k)); };
    ArrayOptions cells;
    cells.read_noise = sd_of_conductance(cv, {1e-5, 1e-4, 1});
    cells.read_form = ReadForm::cells;
    expect_misreads("every cell", cells, normal_tail);
    cells.read_form = ReadForm::columns;
    expect_misreads("columns", cells, normal_tail);
    // A signed stack has no pedestal at the converter: a cell fully on is 0.9 of its current there.
    ArrayOptions converter;
    converter.adc.noise = {AdcNoiseLaw::gaussian, 0, cv / 0.9, cv / 9};
    expect_misreads("gaussian", converter, normal_tail);
    converter.adc.noise.law = AdcNoiseLaw::logistic;
    expect_misreads("logistic", converter,
                    [&](int k) { return 1 / (1 + std::exp(0.45 / sd(k) * std::numbers::pi / std::sqrt(3.0))); });
  }
}

TEST(SmallReadMargin, HasTheTableOfTheSpecification) {
  const auto misread = [](double cv, int k) { return 2 * q(0.45 / (cv * std::sqrt(k + (kRows - k) * 0.01))); };
  const int levels[] = {1, 4, 8, 12, 16};
  const double eight[] = {0, 0.006, 0.048, 0.105, 0.160}, five[] = {0, 0, 0.0015, 0.0095, 0.024};
  for (int i = 0; i < 5; ++i) {
    EXPECT_NEAR(misread(0.08, levels[i]), eight[i], 6e-4);
    EXPECT_NEAR(misread(0.05, levels[i]), five[i], 6e-4);
  }
}

TEST(ReadNoise, OfCellsAndOfColumnsGivesTheSameCodesAsOften) {
  // Two samples of code histograms: chi-squared over all codes that were seen 20 times.
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::offset}) {
    for (const bool differential : {true, false}) {
      Choices choose(5);
      ArrayOptions options;
      options.format = {mapping, 4, 2};
      options.cells.range = {2e-5, 1e-4, 3};
      options.cells.variation.sigma = 0.1;
      options.tile_rows = 12;
      options.dac.coding = {3, 1, InputEncoding::sign_magnitude};
      options.adc.bits = 5;
      options.adc.differential = differential;
      options.read_noise = {0.1F, 0.1F, -0.01F};
      const Matrix<float> weights = random_matrix(choose, 5, 20, -1, 1);
      const Matrix<float> x = random_matrix(choose, 1, 20, -1, 1).replicate(20'000, 1);
      std::vector<std::uint32_t> images(20'000);
      std::iota(images.begin(), images.end(), 0U);
      std::map<std::pair<Index, float>, std::array<double, 2>> histogram;
      for (const ReadForm form : {ReadForm::cells, ReadForm::columns}) {
        options.read_form = form;
        ArrayLayer layer(options, weights);
        const LayerScales scales = calibrate(layer, x.topRows(1).eval());
        layer.program({3, {.layer = 1}});
        Matrix<float> y(x.rows(), 5);
        layer.read(x, {images}, scales, {3, {.layer = 1}}, y);
        for (Index r = 0; r < y.rows(); ++r)
          for (Index j = 0; j < 5; ++j) histogram[{j, y(r, j)}][form == ReadForm::cells ? 0 : 1] += 1;
      }
      double sum = 0, freedom = -5;  // the counts of each output add up
      for (const auto& [code, counts] : histogram) {
        if (counts[0] + counts[1] < 20) continue;
        sum += std::pow(counts[0] - counts[1], 2) / (counts[0] + counts[1]);
        freedom += 1;
      }
      const double deviate = (std::cbrt(sum / freedom) - 1 + 2 / (9 * freedom)) / std::sqrt(2 / (9 * freedom));
      std::cout << "mapping " << int(mapping) << (differential ? "" : ", columns alone") << ": chi-squared " << sum
                << " on " << freedom << ", " << deviate << " standard deviations\n";
      EXPECT_GT(freedom, 20);
      EXPECT_LT(std::fabs(deviate), kLimit);
    }
  }
}

}  // namespace reading_statistical_test
}  // namespace ohmcarlo
