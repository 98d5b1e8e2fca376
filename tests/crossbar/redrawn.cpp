#include "crossbar/redrawn.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "linalg/random_matrices.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace redrawn_test {

constexpr Index kOutputs = 6, kInputs = 40, kImages = 300;
const ChipKey kChip{11, {.layer = 2, .replica = 1, .trial = 9}};

ArrayOptions options_of(Mapping mapping, Clip clip = Clip::none) {
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = {1e-6, 1e-5, options.format.top()};
  options.cells.clip = clip;
  options.cells.defects = Defects{.rate = 0.3, .stuck_share = 0.4, .redrawn = true};
  options.dac.coding.encoding = InputEncoding::automatic;
  return options;
}

std::vector<std::uint32_t> names(Index count, std::uint32_t first = 0) {
  std::vector<std::uint32_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), first);
  return all;
}

Matrix<float> inputs() {
  Matrix<float> x = random_matrix<float>(kImages, kInputs, 3).cwiseMax(0.0F);
  x.col(7).setZero();
  return x;
}

Matrix<float> read(const ArrayLayer& layer, const Matrix<float>& x, std::span<const std::uint32_t> images,
                   Index positions = 1) {
  Matrix<float> y(x.rows(), kOutputs);
  layer.read(x, {images, positions}, calibrate(layer, inputs()), kChip, y);
  return y;
}

/// The products cell by cell from the addresses of the draws, in double.
Matrix<double> expected(const ArrayOptions& options, const Matrix<float>& weights, const Matrix<float>& x) {
  const double most = weights.cwiseAbs().maxCoeff();
  Matrix<double> y = Matrix<double>::Zero(x.rows(), kOutputs);
  for (const bool negative : {false, true}) {
    Address address = kChip.address;
    address.negative = negative;
    const auto uniforms = [&](Purpose purpose) {
      address.purpose = purpose;
      std::vector<float> u(kOutputs * kInputs);
      Stream(kChip.key, address).uniforms(0, u);
      return u;
    };
    const auto which = uniforms(Purpose::defect), kind = uniforms(Purpose::defect_kind),
               sigma = uniforms(Purpose::defect_sigma);
    for (Index j = 0; j < kOutputs; ++j)
      for (Index i = 0; i < kInputs; ++i) {
        const auto cell = static_cast<std::size_t>(j * kInputs + i);
        const double w = double{weights(j, i)} / most;
        double g = options.format.mapping == Mapping::mid_point ? 0.5 + (negative ? -w : w) / 2
                                                                : std::max(negative ? -w : w, 0.0);
        const bool defective = which[cell] < 0.3F;
        if (defective && kind[cell] < 0.4F) g = 0;
        address.purpose = Purpose::read_defect;
        address.event = cell;
        std::vector<float> z(static_cast<std::size_t>(x.rows()));
        Stream(kChip.key, address).normals(0, z);
        address.event = 0;
        for (Index r = 0; r < x.rows(); ++r) {
          double realised = g;
          if (defective && kind[cell] >= 0.4F) {
            realised = (g + 1.0 / 9) * std::exp((0.6 + 0.4 * sigma[cell]) * z[static_cast<std::size_t>(r)]) - 1.0 / 9;
            if (options.cells.clip == Clip::range) realised = std::clamp(realised, 0.0, 1.0);
          }
          y(r, j) += (negative ? -realised : realised) * x(r, i) * most;
        }
      }
  }
  return y;
}

TEST(RedrawnCells, MultiplyTheirTargetAnewForEveryInputVector) {
  const Matrix<float> weights = random_matrix<float>(kOutputs, kInputs, 1), x = inputs();
  for (const Mapping mapping : {Mapping::one_sided, Mapping::mid_point})
    for (const Clip clip : {Clip::none, Clip::range})
      for (const bool differential : {true, false})
        for (const Index tile_rows : {0, 16}) {
          ArrayOptions options = options_of(mapping, clip);
          options.adc.differential = differential;
          options.tile_rows = tile_rows;
          ArrayLayer layer(options, View<const float>(weights));
          (void)layer.program(kChip);
          const Matrix<double> wanted = expected(options, weights, x);
          const Matrix<float> y = read(layer, x, names(kImages));
          EXPECT_LT((y.cast<double>() - wanted).cwiseAbs().maxCoeff(), 1e-5 * wanted.cwiseAbs().maxCoeff());
        }
}

TEST(RedrawnCells, AreThoseOfTheImageInWhateverOrderAndBatch) {
  const Matrix<float> weights = random_matrix<float>(kOutputs, kInputs, 1), x = inputs();
  const ArrayOptions options = options_of(Mapping::mid_point);
  ArrayLayer layer(options, View<const float>(weights));
  (void)layer.program(kChip);
  const Matrix<float> all = read(layer, x, names(kImages));
  for (const Index first : {1, 130, 299}) {
    const Index count = std::min<Index>(kImages - first, 70);
    const Matrix<float> part = x.middleRows(first, count);
    EXPECT_EQ(read(layer, part, names(count, static_cast<std::uint32_t>(first))), all.middleRows(first, count));
  }
  const std::vector<std::uint32_t> mixed = {17, 3, 4, 250};
  Matrix<float> chosen(4, kInputs), wanted(4, kOutputs);
  for (Index r = 0; r < 4; ++r) {
    chosen.row(r) = x.row(mixed[static_cast<std::size_t>(r)]);
    wanted.row(r) = all.row(mixed[static_cast<std::size_t>(r)]);
  }
  EXPECT_EQ(read(layer, chosen, mixed), wanted);
  // Three positions an image are three input vectors: those of image 1 follow those of image 0.
  EXPECT_EQ(read(layer, x.topRows(99), names(33), 3), all.topRows(99));
}

// A factor belongs to the input vector, not to its digits: what bits of inputs read adds up to one product.
TEST(RedrawnCells, AreTheSameForAllDigitsOfAnInput) {
  const Matrix<float> weights = random_matrix<float>(kOutputs, kInputs, 1);
  const Matrix<float> x = (inputs() * 15 / inputs().maxCoeff()).array().round() / 15;
  ArrayOptions options = options_of(Mapping::mid_point);
  options.dac.coding.bits = 4;
  options.dac.full_scale = 1;
  const auto with = [&](int read_bits, bool traced) {
    options.dac.coding.read_bits = read_bits;
    ArrayLayer layer(options, View<const float>(weights));
    (void)layer.program(kChip);
    Matrix<float> y(kImages, kOutputs);
    const auto ignore = [](Index, Index, int, std::span<const float>) {};  // a trace forbids shortcuts
    layer.read(x, {names(kImages), 1}, calibrate(layer, x), kChip, y, nullptr,
               traced ? ReadTrace(ignore) : ReadTrace());
    return y;
  };
  const Matrix<double> wanted = expected(options, weights, x);
  const double largest = wanted.cwiseAbs().maxCoeff();
  EXPECT_LT((with(0, false).cast<double>() - wanted).cwiseAbs().maxCoeff(), 1e-5 * largest);
  EXPECT_LT((with(1, true).cast<double>() - wanted).cwiseAbs().maxCoeff(), 1e-5 * largest);
}

TEST(RedrawnCells, ReadBackAsTheirTargets) {
  const Matrix<float> weights = random_matrix<float>(kOutputs, kInputs, 1);
  ArrayOptions options = options_of(Mapping::mid_point);
  options.cells.defects->stuck_share = 0;
  ArrayLayer layer(options, View<const float>(weights));
  const ProgramReport report = layer.program(kChip);
  EXPECT_EQ(report.error_squares, 0);
  EXPECT_LT((layer.read_back() - weights).cwiseAbs().maxCoeff(), 1e-6);
}

}  // namespace redrawn_test
}  // namespace ohmcarlo
