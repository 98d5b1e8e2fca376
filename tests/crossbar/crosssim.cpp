// Products that another simulator, CrossSim 3.2.0, computed for one small matrix: its published formulas differ from
// ours in conventions, which every case names, and in nothing else. Not comparable are its two's-complement quantiser
// and symmetric ranges with an even number of codes (ours have a code for 0), the wires of interleaved pairs, and its
// offset mapping where noise or converters matter (it subtracts a number, ours a reference column).

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"

namespace ohmcarlo {
namespace crosssim_test {

constexpr double kTolerance = 2e-7;  // it computes in float as well
constexpr CellRange kCells{1e-4, 1e-3, 1};

Matrix<float> weights() {
  Matrix<float> a(3, 4);
  a << 0.5F, -0.25F, 1, 0.1F, -1, 0.75F, 0, -0.6F, 0.3F, 0.9F, -0.45F, 0.2F;
  return a;
}

Matrix<float> input() {
  Matrix<float> x(1, 4);
  x << 1, -0.5F, 0.25F, 0.8F;
  return x;
}

/// Options of analog cells or of whole codes, in this range.
ArrayOptions on_cells(CellFormat format) {
  ArrayOptions options;
  options.format = format;
  options.cells.range = kCells;
  options.cells.range.top = format.top();
  options.dac.full_scale = 1;
  options.dac.coding.encoding = InputEncoding::sign_magnitude;
  return options;
}

using Outputs = std::array<double, 3>;

Matrix<float> product(const ArrayOptions& options, const Matrix<float>& x, const Matrix<float>& w) {
  const ArrayLayer layer(options, w);
  Matrix<float> y(1, 3);
  const std::vector<std::uint32_t> images(1);
  layer.read(x, {images}, calibrate(layer, x), {}, y);
  return y;
}

void expect_outputs(const ArrayOptions& options, const Outputs& expected, const Matrix<float>& x = input(),
                    const Matrix<float>& w = weights(), double tolerance = kTolerance) {
  const Matrix<float> y = product(options, x, w);
  for (Index j = 0; j < 3; ++j) EXPECT_NEAR(y(0, j), expected[static_cast<std::size_t>(j)], tolerance) << j;
}

void expect_row(const ArrayOptions& options, bool negative, Index row, const std::array<double, 4>& relative) {
  const Matrix<float> plane = ArrayLayer(options, weights(), true).plane(0, negative);
  for (Index i = 0; i < 4; ++i)
    EXPECT_NEAR(options.cells.range.siemens(plane(row, i)) / 1e-3, relative[static_cast<std::size_t>(i)], kTolerance);
}

TEST(CrossSim, MapsWeightsToTheSameConductances) {
  const Outputs ideal = {0.955, -1.855, -0.1025};
  const ArrayOptions one_sided = on_cells({Mapping::one_sided});
  expect_row(one_sided, false, 0, {0.55, 0.1, 1, 0.19});
  expect_row(one_sided, true, 1, {1, 0.1, 0.1, 0.64});
  expect_outputs(one_sided, ideal);
  const ArrayOptions mid_point = on_cells({Mapping::mid_point});
  expect_row(mid_point, false, 0, {0.775, 0.4375, 1, 0.595});
  expect_outputs(mid_point, ideal);
  const ArrayOptions offset = on_cells({Mapping::offset});
  expect_row(offset, false, 1, {0.1, 0.8875, 0.55, 0.28});
  expect_outputs(offset, ideal);
}

/// Weights that lie half way between two codes are moved to the side on which its arithmetic found them: to it, 0.3 and
/// 0.9 are decimals, and a conductance is a float.
Matrix<float> decided(float first = 0.5F, float last_of_first = 0.1F) {
  Matrix<float> w = weights();
  w(0, 0) = first;
  w(0, 3) = last_of_first;
  w(2, 0) = 0.2999F;
  w(2, 1) = 0.9001F;
  return w;
}

TEST(CrossSim, QuantisesCellsAlike) {
  // Its cell bits are our weight bits on one cell. These are its outputs to 6 digits.
  const auto expect_bits = [](int bits, const Outputs& expected, const Matrix<float>& w) {
    expect_outputs(on_cells({Mapping::one_sided, bits}), expected, input(), w, 1e-6);
  };
  expect_bits(1, {1.25, -2.3, -0.5}, decided(0.5001F));
  expect_bits(2, {1.083333, -1.866667, 0.016667}, weights());
  expect_bits(3, {1.078571, -1.814286, -0.135714}, weights());
  expect_bits(4, {0.97, -1.846667, -0.156667}, decided(0.5F, 0.0999F));
}

TEST(CrossSim, SlicesWeightsAlike) {
  // It counts the sign as a bit of a pair's weights.
  const Outputs eight = {0.9618110236, -1.8527559055, -0.1043307087};
  expect_outputs(on_cells({Mapping::one_sided, 7, 4}), eight);
  expect_outputs(on_cells({Mapping::one_sided, 7, 2}), eight);
  expect_outputs(on_cells({Mapping::offset, 8, 4}), eight);
  expect_outputs(on_cells({Mapping::offset, 8, 2}), eight);
  const Outputs five = {1.0233333, -1.8466667, -0.1566667};
  expect_outputs(on_cells({Mapping::one_sided, 4, 2}), five, input(), decided());
  expect_outputs(on_cells({Mapping::offset, 5, 3}), five, input(), decided());
}

/// Its converter counts from the lower end and so gives -0.5 the code -3 of 7, ours goes to the even code -4: this
/// input has the codes 7, -3, 2, 6 in both.
Matrix<float> coded_input() {
  Matrix<float> x = input();
  x(0, 1) = -0.49F;
  return x;
}

TEST(CrossSim, AppliesInputCodesAlike) {
  for (const int read_bits : {0, 1, 2}) {
    ArrayOptions options = on_cells({Mapping::one_sided});
    options.dac.coding = {4, read_bits, InputEncoding::sign_magnitude};
    expect_outputs(options, {0.9785714, -1.8357143, -0.0428571}, coded_input());
  }
}

/// Its ranges are in currents of a cell at g_max; ours of what a pair of one such cell and one at g_min gives.
void give_range(ArrayOptions& options, int bits, double low, double high) {
  options.adc.bits = bits;
  options.adc.range = RangeKind::given;
  options.adc.low = low / 0.9;
  options.adc.high = high / 0.9;
}

TEST(CrossSim, ConvertsAlike) {
  ArrayOptions options = on_cells({Mapping::one_sided});
  give_range(options, 4, -1.2, 2);
  expect_outputs(options, {1.0370370, -1.3333333, -0.1481481});
  give_range(options, 4, -2, 2);
  expect_outputs(options, {0.9523810, -1.9047619, 0});
  give_range(options, 5, -2, 2);
  expect_outputs(options, {0.8888889, -1.9259259, -0.1481481});
  give_range(options, 6, -4, 4);
  expect_outputs(options, {1.0035842, -1.8637993, -0.1433692});
}

TEST(CrossSim, DoesAllOfItAlike) {
  ArrayOptions options = on_cells({Mapping::one_sided, 3});
  give_range(options, 6, -2.5, 2.5);
  options.dac.coding = {4, 1, InputEncoding::sign_magnitude};
  expect_outputs(options, {1.1008704557, -1.8305171531, -0.0768049155}, coded_input());
  options.dac.coding.read_bits = 0;  // it may add up the digits as charge before it converts: one conversion as well
  expect_outputs(options, {1.0752688172, -1.7921146953, -0.0896057348}, coded_input());
}

TEST(CrossSim, SpreadsOutputsByReadNoiseAlike) {
  // sd of 20,000 reads; each check fails with probability 1e-6 if the law is right.
  constexpr Index kReads = 20'000;
  const auto expect_sds = [&](const SdLaw& law, const Outputs& expected) {
    for (const ReadForm form : {ReadForm::cells, ReadForm::columns}) {
      ArrayOptions options = on_cells({Mapping::one_sided});
      options.read_noise = law;
      options.read_form = form;
      const ArrayLayer layer(options, weights());
      const Matrix<float> x = input().replicate(kReads, 1);
      std::vector<std::uint32_t> images(kReads);
      std::iota(images.begin(), images.end(), 0U);
      Matrix<float> y(kReads, 3);
      layer.read(x, {images}, calibrate(layer, x), {11, {.layer = 1}}, y);
      for (Index j = 0; j < 3; ++j) {
        const Eigen::ArrayXd column = y.col(j).cast<double>().array();
        const double sd = std::sqrt((column - column.mean()).square().mean());
        const double want = expected[static_cast<std::size_t>(j)];
        EXPECT_NEAR(sd, want, 4.892 * want / std::sqrt(2.0 * kReads)) << "output " << j;
      }
    }
  };
  expect_sds(sd_of_range(0.02 / 0.9, kCells), {0.043913, 0.043913, 0.043913});  // its sigma is relative to g_max
  expect_sds(sd_of_conductance(0.05, kCells), {0.036601, 0.066492, 0.036412});
}

TEST(CrossSim, LosesTheSameInWires) {
  const auto expect_wired = [](WireOptions wires, const Outputs& expected) {
    ArrayOptions options = on_cells({Mapping::one_sided});
    options.wires = wires;
    expect_outputs(options, expected);
  };
  expect_wired({.row_ohm = 10, .column_ohm = 10}, {0.909605898, -1.741638941, -0.085264167});
  expect_wired({.row_ohm = 20, .column_ohm = 5}, {0.920112470, -1.733263874, -0.071048057});
  expect_wired({.row_ohm = 10, .column_ohm = 10, .sense_ohm = 100}, {0.768877237, -1.492475977, -0.091429779});
  // Here it is ngspice that says so.
  expect_wired({.row_ohm = 10, .column_ohm = 10, .driver_ohm = 50}, {0.873415055, -1.642019013, -0.062638176});
}

TEST(CrossSim, CutsLayersAlike) {
  const Tiles tiles{5, 7, 3, 2};  // 5 inputs by 3, 7 outputs by 2
  EXPECT_EQ(tiles.row_tiles(), 2);
  EXPECT_EQ(tiles.row_count(1), 2);
  EXPECT_EQ(tiles.column_tiles(), 4);
  EXPECT_EQ(tiles.column_count(3), 1);
  const Tiles turned{7, 5, 3, 2};  // its inputs 3 + 3 + 1, outputs 2 + 2 + 1
  EXPECT_EQ(turned.row_count(0) + turned.row_count(1), 6);
  EXPECT_EQ(turned.row_count(2), 1);
  EXPECT_EQ(turned.column_count(2), 1);
}

}  // namespace crosssim_test
}  // namespace ohmcarlo
