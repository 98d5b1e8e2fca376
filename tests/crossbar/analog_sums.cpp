#include "crossbar/analog_sums.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/random_matrices.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace analog_sums_test {

constexpr InputCoding kCoding{.bits = 3, .read_bits = 1, .full_scale = 7};

ArrayLayer some_layer(float noise) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 4, 2};
  options.cells.range.top = 3;
  options.tile_rows = 5;
  options.read_noise = {noise, 0, 0};
  const Matrix<float> weights = random_matrix<float>(6, 12, 3);
  return ArrayLayer(options, weights);
}

/// Inputs 0..7, as many as images.
Matrix<float> some_inputs(Index count) {
  Matrix<float> x(count, 12);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i * 5 % 8);
  return x;
}

// Tiles of 5, 5 and 2 word lines; digits that are bits are looked up, or multiplied: the same whole numbers.
TEST(AnalogSums, AreDigitsTimesLevelsOfOneTile) {
  const ArrayLayer layer = some_layer(0);
  const Matrix<float> x = some_inputs(4);
  const std::vector<std::uint32_t> images{0, 1, 2, 3};
  const RowNames rows{images};
  const ChipKey chip;
  for (const bool dense : {false, true}) {
    InputCodes codes(kCoding, 128, 12);
    codes.encode(x);
    AnalogSums sums(layer, codes, rows, chip, dense);
    for (const Index tile : {0, 1, 2})
      for (int read = 0; read < 3; ++read) {
        sums.read_tile(0, tile, read);
        for (Index r = 0; r < 4; ++r) {
          const std::span<const float> row = sums.take_row(r);
          ASSERT_EQ(static_cast<Index>(row.size()), layer.width());
          for (Index c = 0; c < layer.width(); ++c) {
            double expected = 0;
            for (Index i = 5 * tile; i < std::min<Index>(5 * tile + 5, 12); ++i)
              expected += (static_cast<int>(x(r, i)) >> read & 1) * double{layer.column_levels()(i, c)};
            ASSERT_EQ(row[static_cast<std::size_t>(c)], expected) << tile << " " << read << " " << r << " " << c;
          }
        }
      }
  }
}

// What an image's read draws is its own, wherever it lies in the batch.
TEST(AnalogSums, HaveTheNoiseOfTheImageAndTheRead) {
  const ArrayLayer layer = some_layer(0.5F);
  const Matrix<float> x = Matrix<float>::Constant(2, 12, 7);
  const ChipKey chip{3, {.trial = 2}};
  const auto sums_of = [&](std::uint32_t first, std::uint32_t second, Index row, int read) {
    const std::vector<std::uint32_t> images{first, second};
    const RowNames rows{images};
    InputCodes codes(kCoding, 128, 12);
    codes.encode(x);
    AnalogSums sums(layer, codes, rows, chip, false);
    for (int earlier = 0; earlier <= read; ++earlier) sums.read_tile(0, 1, earlier);
    const std::span<const float> values = sums.take_row(row);
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> one = sums_of(5, 9, 0, 1);
  EXPECT_EQ(sums_of(9, 5, 1, 1), one);
  EXPECT_NE(sums_of(9, 5, 0, 1), one);
  EXPECT_NE(sums_of(5, 9, 0, 2), one);
}

constexpr double kSd = 0.1, kOnSd = 0.05, kOffSd = 0.02;

/// The sd of a conversion with so many cells, in currents of a cell fully on.
double sd_with(double conducting, double idle) {
  return std::sqrt(kSd * kSd + conducting * kOnSd * kOnSd + idle * kOffSd * kOffSd);
}

/// The sd of every column's conversion, in currents of an analog cell fully on at the largest digit, in read `read` of
/// one input vector: the noise that was added, divided by the normals it was made of.
std::vector<double> conversion_sds(ArrayOptions options, const Matrix<float>& weights, const Matrix<float>& x,
                                   const InputCoding& coding = {}, int read = 0) {
  const std::vector<std::uint32_t> images{7};
  const ChipKey chip{3, {.layer = 1, .trial = 2}};
  const auto sums_of = [&](double sd, double on_sd, double off_sd) {
    options.adc.noise = {AdcNoiseLaw::gaussian, sd, on_sd, off_sd};
    std::vector<double> sums;
    ArrayLayer layer(options, weights);
    Matrix<float> y(1, weights.rows());
    layer.read(x, {images}, {coding, {}}, chip, y, nullptr, [&](Index, Index, int which, std::span<const float> all) {
      if (which == read) sums.assign(all.begin(), all.end());
    });
    return sums;
  };
  const std::vector<double> clean = sums_of(1e-30, 0, 0);  // what g_min conducts is there only with noise
  std::vector<double> sds = sums_of(kSd, kOnSd, kOffSd);
  std::vector<float> normals(sds.size());
  Address address = chip.address;
  address.purpose = Purpose::adc;
  address.event = read_event(7, 0, read);
  Stream(chip.key, address).normals(0, normals);
  // Columns that are converted alone conduct g_min, too.
  const bool alone = options.format.has_reference() || !options.adc.differential;
  const CellRange& range = options.cells.range;
  const double full_on = coding.largest_applied() * (alone ? range.g_max / (range.g_max - range.g_min) : 1);
  for (std::size_t c = 0; c < sds.size(); ++c) sds[c] = (sds[c] - clean[c]) / normals[c] / full_on;
  return sds;
}

/// Compares the sds of the columns of outputs, and after them of their partners.
void expect_sds(const std::vector<double>& sds, const std::vector<double>& expected, const std::string& what) {
  ASSERT_EQ(sds.size(), expected.size()) << what;
  for (std::size_t c = 0; c < sds.size(); ++c) EXPECT_NEAR(sds[c], expected[c], 2e-5) << what << ", column " << c;
}

/// 16 weights of one output, 8 of them 1 and 8 of them -1.
Matrix<float> balanced_weights() {
  Matrix<float> weights = Matrix<float>::Ones(1, 16);
  weights.rightCols(8).setConstant(-1);
  return weights;
}

ArrayOptions analog_cells(Mapping mapping, bool differential) {
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = {2e-5, 1e-4, 1};
  options.adc.differential = differential;
  return options;
}

// The current is 0, but half of the 32 cells conduct: .01 + 16 .0025 + 16 .0004 = .2375^2.
TEST(AnalogSums, HaveTheConverterNoiseOfTheCellsOfBothLinesOfAPair) {
  using enum Mapping;
  const Matrix<float> weights = balanced_weights(), all = Matrix<float>::Ones(1, 16);
  Matrix<float> half = all;
  for (Index i = 0; i < 16; i += 2) half(0, i) = 0;
  EXPECT_NEAR(sd_with(16, 16), 0.23749, 1e-5);
  expect_sds(conversion_sds(analog_cells(one_sided, true), weights, all), {sd_with(16, 16)}, "one-sided");
  expect_sds(conversion_sds(analog_cells(one_sided, true), weights, half), {sd_with(8, 8)}, "half of the rows on");
  expect_sds(conversion_sds(analog_cells(one_sided, true), weights, -all), {sd_with(16, 16)}, "negative inputs");
  expect_sds(conversion_sds(analog_cells(mid_point, true), weights, all), {sd_with(16, 16)}, "mid-point");
  // Weights of a quarter: 1/4 of a cell of a one-sided pair conducts, 5/8 and 3/8 of two mid-point cells.
  Matrix<float> small = weights / 4;
  small(0, 0) = 1;
  expect_sds(conversion_sds(analog_cells(one_sided, true), small, all), {sd_with(4.75, 27.25)}, "quarters");
  expect_sds(conversion_sds(analog_cells(mid_point, true), small, all), {sd_with(16, 16)}, "mid-point quarters");
}

TEST(AnalogSums, HaveTheConverterNoiseOfCellsWhoseSignsAreDigital) {
  const Matrix<float> weights = balanced_weights(), all = Matrix<float>::Ones(1, 16);
  expect_sds(conversion_sds(analog_cells(Mapping::sign_magnitude, true), weights, all), {sd_with(16, 0)}, "signed");
  Matrix<float> some = weights;
  some.leftCols(4).setZero();
  expect_sds(conversion_sds(analog_cells(Mapping::sign_magnitude, true), some, all), {sd_with(12, 4)}, "12 weights");
}

// Inputs of both signs cancel in every column. Cells at g_min conduct, which is no part of the number.
TEST(AnalogSums, HaveTheConverterNoiseOfCellsWhoseInputsAreOfBothSigns) {
  using enum Mapping;
  const Matrix<float> weights = balanced_weights();
  Matrix<float> x = Matrix<float>::Ones(1, 16);
  const auto expect_columns = [&](const std::string& what) {
    expect_sds(conversion_sds(analog_cells(one_sided, false), weights, x), {sd_with(8, 8), sd_with(8, 8)}, what);
    // A cell of an offset column holds (w + 1) / 2, one of the reference column 1 / 2.
    expect_sds(conversion_sds(analog_cells(offset, true), weights, x), {sd_with(8, 8), sd_with(8, 8)}, what);
    expect_sds(conversion_sds(analog_cells(one_sided, true), weights, x), {sd_with(16, 16)}, what);
  };
  expect_columns("no signs");
  for (Index i = 0; i < 16; i += 2) x(0, i) = -1;
  expect_columns("both signs");
  const Matrix<float> ones = Matrix<float>::Ones(1, 16);
  expect_sds(conversion_sds(analog_cells(one_sided, false), ones, x), {sd_with(16, 0), sd_with(0, 16)}, "all on");
}

// Codes 7, -5, 2 and 0 at digits of 3 bits and of 1 bit: 111, 101, 010 and 000.
TEST(AnalogSums, HaveTheConverterNoiseOfRowsThatArePartlyOn) {
  Matrix<float> weights(1, 4), x(1, 4);
  weights << 1, 1, -1, 1;
  x << 7, -5, 2, 0;
  InputCoding coding{.bits = 4, .read_bits = 0, .encoding = InputEncoding::sign_magnitude, .full_scale = 7};
  const auto options = [](bool differential) { return analog_cells(Mapping::one_sided, differential); };
  expect_sds(conversion_sds(options(true), weights, x, coding), {sd_with(2, 2)}, "pair, 3 bits");
  expect_sds(conversion_sds(options(false), weights, x, coding), {sd_with(12 / 7., 2 / 7.), sd_with(2 / 7., 12 / 7.)},
             "columns, 3 bits");
  coding.read_bits = 1;
  for (const int read : {0, 2}) {  // 7 and -5 have these bits
    expect_sds(conversion_sds(options(true), weights, x, coding, read), {sd_with(2, 2)}, "pair, bit by bit");
    expect_sds(conversion_sds(options(false), weights, x, coding, read), {sd_with(2, 0), sd_with(0, 2)}, "columns");
  }
  expect_sds(conversion_sds(options(false), weights, x, coding, 1), {sd_with(1, 1), sd_with(1, 1)}, "columns");
}

}  // namespace analog_sums_test
}  // namespace ohmcarlo
