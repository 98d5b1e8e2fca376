// Scales of layers against what the reference chain sums, one column after another.

#include "crossbar/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "crossbar/random_chain.hpp"
#include "crossbar/reference_chain.hpp"

namespace ohmcarlo {
namespace calibration_test {

/// |sums| of every granule, over inputs, reads, arrays and slices, sorted.
std::map<std::size_t, std::vector<double>> magnitudes(const RandomChain& chain, const InputCoding& coding) {
  const ReferenceChain reference(chain.options, chain.weights);
  std::map<std::size_t, std::vector<double>> sums;
  for (Index r = 0; r < chain.x.rows(); ++r)
    for (int read = 0; read < coding.reads(); ++read) {
      const std::vector<double> applied = reference.applied(coding, chain.x.row(r).data(), read);
      for (Index tile = 0; tile < reference.row_tiles(); ++tile)
        for (int slice = 0; slice < reference.slices(); ++slice)
          for (Index c = 0; c < reference.columns(); ++c)
            sums[reference.granule(tile, c)].push_back(std::fabs(reference.sum(applied, tile, slice, c).value));
    }
  for (auto& [granule, values] : sums) std::sort(values.begin(), values.end());
  return sums;
}

TEST(Calibrate, TakesTheLargestSumOrThePercentileOfEveryGranule) {
  int percentiles = 0, all = 0;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const auto chain = random_chain(seed);
    AdcOptions& adc = chain->options.adc;
    if (adc.bits == 0) adc.bits = 6;
    adc.range = RangeKind::calibrated;
    const ArrayLayer layer(chain->options, chain->weights);
    const LayerScales scales = calibrate(layer, chain->x);
    const auto expected = magnitudes(*chain, scales.coding);
    ASSERT_EQ(scales.quantisers.size(), expected.size()) << chain->text();
    ASSERT_EQ(layer.granules(), expected.size());
    const bool negative = !layer.single_ended() || scales.coding.encoding == InputEncoding::sign_magnitude;
    for (const auto& [granule, sums] : expected) {
      const Quantiser& quantiser = scales.quantisers[granule];
      const double high = quantiser.value(quantiser.highest());
      const auto rank = static_cast<std::size_t>(std::ceil(adc.percentile / 100 * static_cast<double>(sums.size())));
      double low_bound = sums[std::max<std::size_t>(rank, 1) - 1], high_bound = low_bound;
      if (adc.percentile < 100) high_bound = std::min(low_bound * (1 + 0x1p-11), sums.back());
      if (low_bound == 0)
        low_bound = high_bound =
            (chain->options.format.top() + ReferenceChain(chain->options, chain->weights).pedestal()) *
            scales.coding.largest_applied();
      // Cells and sums are floats there.
      ASSERT_GE(high, low_bound * (1 - 5e-6)) << "granule " << granule << " of " << chain->text();
      ASSERT_LE(high, high_bound * (1 + 5e-6)) << "granule " << granule << " of " << chain->text();
      ASSERT_EQ(quantiser.lowest(), negative ? -quantiser.highest() : 0) << chain->text();
      percentiles += high < sums.back() * 0.999 ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(percentiles, all / 20);
}

TEST(Calibrate, ClipsNothingOfItsOwnInputsUnlessAskedTo) {
  double saturated_with_percentile = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto chain = random_chain(seed);
    AdcOptions& adc = chain->options.adc;
    adc.range = RangeKind::calibrated;
    if (adc.bits == 0) adc.bits = 12;
    for (const double percentile : {100.0, 95.0}) {
      adc.percentile = percentile;
      const ArrayLayer layer(chain->options, chain->weights);
      Matrix<float> y(chain->x.rows(), chain->weights.rows());
      ConversionCounts counts;
      layer.read(chain->x, chain->names(), calibrate(layer, chain->x), {}, y, &counts);
      ASSERT_TRUE(y.allFinite()) << chain->text();
      if (percentile == 100) {
        ASSERT_EQ(counts.saturated, 0) << chain->text();
      } else {
        saturated_with_percentile += counts.saturated;
      }
    }
  }
  EXPECT_GT(saturated_with_percentile, 0);
}

TEST(Calibrate, IgnoresSumsThatAreMostlyZeroRatherThanMakeARangeOfNothing) {
  RandomChain chain;
  chain.options.format = {Mapping::one_sided, 2, 0};
  chain.options.cells.range.top = 3;
  chain.options.adc.bits = 4;
  chain.options.adc.percentile = 90;
  chain.weights = Matrix<float>::Zero(20, 4);
  chain.weights(0, 0) = 1;
  const ArrayLayer layer(chain.options, chain.weights);
  const Matrix<float> x = Matrix<float>::Ones(3, 4);
  const LayerScales scales = calibrate(layer, x);
  EXPECT_DOUBLE_EQ(scales.quantisers[0].value(7), 3);  // one cell fully on
  Matrix<float> y(3, 20);
  const std::vector<std::uint32_t> images(3);
  ConversionCounts counts;
  layer.read(x, {images}, scales, {}, y, &counts);
  EXPECT_EQ(counts.saturated, 0);
  EXPECT_FLOAT_EQ(y(0, 0), 1);
  EXPECT_EQ(y(0, 1), 0);
}

TEST(Calibrate, CountsGivenRangesInCurrentsOfACellFullyOn) {
  // A range up to all rows fully on is the largest possible one, whatever g_min conducts.
  for (const bool differential : {true, false}) {
    ArrayOptions options;
    options.format = {Mapping::one_sided, 4, 2};
    options.cells.range = {25e-6, 100e-6, 3};
    options.dac.coding = {4, 2, InputEncoding::unsigned_};
    options.adc.bits = 6;
    options.adc.differential = differential;
    options.adc.low = differential ? -10 : 0;
    options.adc.high = 10;
    const Matrix<float> weights = Matrix<float>::Ones(3, 10), x = Matrix<float>::Ones(1, 10);
    options.adc.range = RangeKind::given;
    const ArrayLayer given(options, weights);
    const Quantiser a = calibrate(given, x).quantisers[0];
    ArrayOptions other = options;
    other.adc.range = RangeKind::maximum;
    const ArrayLayer maximum(other, weights);
    const Quantiser b = calibrate(maximum, x).quantisers[0];
    EXPECT_DOUBLE_EQ(a.lsb(), b.lsb());
    EXPECT_EQ(a.lowest(), b.lowest());
    // On cells of 3 steps above a pedestal of 1, at inputs of 3.
    EXPECT_DOUBLE_EQ(a.value(a.highest()), 10 * (differential ? 3 : 4) * 3);
  }
}

// Arrays of 4 + 4 + 2 word lines with cells of 3 levels, inputs up to 1: what the last array can conduct is half of the
// others.
TEST(Calibrate, MaximumOfAShortArrayIsThatOfItsOwnWordLines) {
  for (const Granularity granularity : {Granularity::array, Granularity::column, Granularity::layer}) {
    ArrayOptions options;
    options.format = {Mapping::one_sided, 2, 2};
    options.cells.range.top = 3;
    options.tile_rows = 4;
    options.adc.bits = 6;
    options.adc.range = RangeKind::maximum;
    options.adc.granularity = granularity;
    const Matrix<float> weights = Matrix<float>::Ones(5, 10), x = Matrix<float>::Ones(1, 10);
    const ArrayLayer layer(options, weights);
    const LayerScales scales = calibrate(layer, x);
    const bool shared = granularity == Granularity::layer;
    ASSERT_EQ(scales.quantisers.size(), shared ? 1U : granularity == Granularity::array ? 3U : 15U);
    for (Index column = 0; column < 5; ++column)
      for (const Index tile : {0, 1, 2}) {
        const Quantiser& quantiser = scales.quantisers[layer.granule(tile, column)];
        EXPECT_DOUBLE_EQ(quantiser.value(quantiser.highest()), !shared && tile == 2 ? 2 * 3 : 4 * 3) << tile;
      }
  }
}

// A hundred sums of 0.01, 0.02, ... 1: half of them are at most 0.5, exactly.
TEST(Calibrate, APercentileEndsWithTheClassThatReachesIt) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 0, 0};
  options.adc.bits = 12;
  options.adc.range = RangeKind::calibrated;
  const Matrix<float> weight = Matrix<float>::Ones(1, 1);
  Matrix<float> x(100, 1);
  for (Index i = 0; i < 100; ++i) x(i, 0) = static_cast<float>(i + 1) / 100;
  for (const int percent : {25, 50, 75}) {
    options.adc.percentile = percent;
    const ArrayLayer layer(options, weight);
    const Quantiser quantiser = calibrate(layer, x).quantisers.front();
    const double high = quantiser.value(quantiser.highest());
    EXPECT_GE(high, percent / 100.0);
    EXPECT_LE(high, percent / 100.0 * (1 + 0x1p-11)) << percent;
  }
}

// Seven inputs that are alike and weights of 1: every cell of the line is on at some read.
TEST(Calibrate, WidenedRangesNeverNarrow) {
  RandomChain chain;
  chain.options.format = {Mapping::sign_magnitude, 2, 0};
  chain.options.cells.range = {0, 1e-4, 3};
  chain.options.tile_rows = 0;
  chain.options.dac = {{3, 1, InputEncoding::automatic, 1}, 0};
  chain.options.adc.bits = 4;
  chain.options.adc.range = RangeKind::widened;
  chain.weights = Matrix<float>::Ones(1, 7);
  const ArrayLayer layer(chain.options, chain.weights);
  const auto widened = [&](TrainedScale from, float input) {
    Calibration calibration(layer, from);
    const Matrix<float> x = Matrix<float>::Constant(2, 7, input);
    calibration.see_inputs(x);
    EXPECT_TRUE(calibration.needs_sums());
    calibration.see_sums(x);
    return calibration.scales();
  };
  // The range is +-7 cells fully on, of three levels each.
  const LayerScales first = widened({}, 0.8F);
  EXPECT_FLOAT_EQ(static_cast<float>(first.quantisers[0].lsb()), 7 * 3 / 7.0F);
  EXPECT_EQ(first.quantisers[0].lowest(), -7) << "signs of weights are digital: sums of both signs";
  EXPECT_EQ(first.coding.full_scale, double{0.8F});
  EXPECT_EQ(first.coding.encoding, InputEncoding::unsigned_);
  const LayerScales wider = widened({1.5, 0.5}, 0.8F);
  EXPECT_DOUBLE_EQ(wider.quantisers[0].lsb(), 1.5 * 3) << "what was wide stays wide";
  EXPECT_EQ(wider.coding.full_scale, double{0.8F});
  const LayerScales larger = widened({0.5, 2}, 0.8F);
  EXPECT_EQ(larger.coding.full_scale, 2);
  EXPECT_FLOAT_EQ(static_cast<float>(larger.quantisers[0].lsb()), 3);
  EXPECT_EQ(widened({0.5, -2}, 0.8F).coding.encoding, InputEncoding::sign_magnitude) << "a sign stays";
  EXPECT_EQ(widened({0.5, 2}, -0.8F).coding.encoding, InputEncoding::sign_magnitude) << "a sign comes";
  // The largest sum, not the largest |sum|: with inputs below 0 there is none above 0 but that of before.
  chain.options.adc.positive = true;
  const ArrayLayer of_sums(chain.options, chain.weights);
  Calibration calibration(of_sums, {0.25, -1});
  const Matrix<float> x = Matrix<float>::Constant(2, 7, -1.0F);
  calibration.see_inputs(x);
  calibration.see_sums(x);
  EXPECT_DOUBLE_EQ(calibration.scales().quantisers[0].lsb(), 0.25 * 3);
}

// The same inputs never change scales again, however a float rounds them.
TEST(Calibrate, WidenedScalesAreThoseThatFloatsKeep) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    RandomChain chain;
    chain.options.format = {Mapping::one_sided, 0, 0};
    chain.options.cells.range = {1e-5, 1e-4, 1};
    chain.options.tile_rows = 0;
    chain.options.dac = {{0, 0, InputEncoding::automatic, 1}, 0};
    chain.options.adc.bits = 5;
    chain.options.adc.range = RangeKind::widened;
    chain.weights = Matrix<float>::Constant(1, 3, 1.0F / static_cast<float>(seed + 3));
    chain.weights(0, 1) *= 0.7F;
    const ArrayLayer layer(chain.options, chain.weights);
    Matrix<float> x(1, 3);
    x << 0.3F, 1.0F / static_cast<float>(seed + 7), 0.9F;
    const auto scales = [&](TrainedScale from) {
      Calibration calibration(layer, from);
      calibration.see_inputs(x);
      calibration.see_sums(x);
      return calibration.scales();
    };
    const LayerScales once = scales({});
    const float kept = static_cast<float>(once.quantisers[0].lsb() / layer.full_scale(1, 1));
    const LayerScales again = scales({double{kept}, once.coding.full_scale});
    EXPECT_EQ(again.quantisers[0].lsb(), once.quantisers[0].lsb());
    ArrayOptions trained = chain.options;
    trained.adc.range = RangeKind::trained;
    EXPECT_EQ(
        trained_scales(ArrayLayer(trained, chain.weights), {double{kept}, once.coding.full_scale}).quantisers[0].lsb(),
        once.quantisers[0].lsb());
  }
}

// From 0 to the largest code, by the scale alone; calibration inputs say nothing.
TEST(Calibrate, TrainedRangesFollowTheirScale) {
  for (const bool serial : {true, false})
    for (const double full_scale : {0.0, 2.0}) {
      RandomChain chain;
      chain.options.format = {Mapping::one_sided, 2, 1};
      chain.options.cells.range = {5e-5, 1e-4, 1};  // g_min conducts as much as a step
      chain.options.tile_rows = 3;
      chain.options.dac = {{3, serial ? 1 : 0, InputEncoding::unsigned_, 1}, full_scale};
      chain.options.adc.bits = 4;
      chain.options.adc.range = RangeKind::trained;
      chain.options.adc.differential = false;
      chain.weights = Matrix<float>::Ones(2, 7);
      const ArrayLayer layer(chain.options, chain.weights);
      Calibration calibration(layer, {0.7, 1.5});
      const Matrix<float> x = Matrix<float>::Constant(4, 7, 0.1F);
      calibration.see_inputs(x);
      const LayerScales seen = calibration.scales();
      const LayerScales scales = trained_scales(layer, {0.7, 1.5});
      for (const LayerScales& each : {seen, scales}) {
        ASSERT_EQ(each.quantisers.size(), 1U);
        EXPECT_DOUBLE_EQ(each.quantisers[0].lsb(), 0.7 * 2 * (serial ? 1 : 7));
        EXPECT_EQ(each.quantisers[0].zero(), 0);
        EXPECT_EQ(each.quantisers[0].lowest(), 0);
        EXPECT_EQ(each.quantisers[0].highest(), 15);
        EXPECT_EQ(each.coding.full_scale, full_scale > 0 ? 2 : 1.5) << "of the options, else that of training";
      }
      // Without a full scale of training, the largest input's.
      Calibration inputs(layer, {0.7, 0});
      inputs.see_inputs(x);
      EXPECT_FLOAT_EQ(static_cast<float>(inputs.scales().coding.full_scale), full_scale > 0 ? 2.0F : 0.1F);
      EXPECT_THROW((void)trained_scales(layer, {0, 1}), std::logic_error);
    }
}

// What training has found is of no use to a layer with other ranges.
TEST(Calibrate, OtherRangesIgnoreWhatTrainingHasFound) {
  RandomChain chain;
  chain.options.adc.bits = 4;
  chain.options.dac.coding.bits = 3;
  chain.weights = Matrix<float>::Ones(2, 7);
  const ArrayLayer layer(chain.options, chain.weights);
  const Matrix<float> x = Matrix<float>::Constant(4, 7, 0.5F);
  Calibration calibration(layer, {0.7, 1.5});
  calibration.see_inputs(x);
  EXPECT_EQ(calibration.scales().coding.full_scale, 0.5);
}

}  // namespace calibration_test
}  // namespace ohmcarlo
