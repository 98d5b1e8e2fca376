// What runs check of their own arrays: no false alarm on chains that are right, an alarm on those that are not.

#include "crossbar/self_check.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"

namespace ohmcarlo {
namespace self_check_test {

using testing::HasSubstr;

TEST(CheckChain, AcceptsEveryChainThatIsRight) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const auto chain = random_chain(seed);
    if (seed % 3 == 0) chain->options.cells.range.g_min = 0.99e-4;  // columns alone see next to nothing but g_min
    if (seed % 5 == 0 && chain->options.adc.bits > 0) chain->options.adc.bits = 24;
    const ArrayLayer layer(chain->options, chain->weights);
    ASSERT_NO_THROW(check_chain(layer, chain->x, calibrate(layer, chain->x))) << chain->text();
  }
}

ArrayOptions eight_bits() {
  ArrayOptions options;
  options.format.weight_bits = 4;
  options.cells.range = {0, 1e-4, options.format.top()};
  options.adc.bits = 8;
  options.adc.range = RangeKind::maximum;
  return options;
}

TEST(CheckChain, RefusesAChainThatIsOffByMoreThanItsConvertersExplain) {
  Choices choose(3);
  ArrayOptions options = eight_bits();
  const Matrix<float> weights = random_matrix(choose, 6, 30, -1, 1), x = random_matrix(choose, 20, 30, 0, 1);
  const ArrayLayer layer(options, weights);
  const LayerScales scales = calibrate(layer, x);
  EXPECT_NO_THROW(check_chain(layer, x, scales));
  options.adc.noise = {AdcNoiseLaw::gaussian, 3, 0, 0};  // not silent any more
  const ArrayLayer noisy(options, weights);
  EXPECT_THROW(check_chain(noisy, x, scales), std::runtime_error);
}

TEST(CheckChain, LooksAtInputsOfNoRows) {
  const ArrayOptions options = eight_bits();
  Choices choose(4);
  const ArrayLayer layer(options, random_matrix(choose, 2, 3, -1, 1));
  const Matrix<float> nothing(0, 3);
  EXPECT_NO_THROW(check_chain(layer, nothing, calibrate(layer, nothing)));
}

constexpr PlaneShape kPlane{100, 200, 200, 100};

/// What programming targets in the middle of the range with `real` comes to.
ProgramReport programmed(const CellModel& real, std::uint32_t trial = 0) {
  std::vector<float> steps(kPlane.cells(), static_cast<float>(real.range.top) / 2);
  return program_plane(real, kPlane, 5, {.trial = trial}, steps);
}

CellModel model(double sigma, double rate) {
  CellModel model;
  model.range.top = 15;
  model.variation.sigma = sigma;
  model.faults.rate = rate;
  return model;
}

TEST(Contradiction, IsNotFoundInHonestChips) {
  for (const double sigma : {0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-4, 0.1, 3.0, 1e5})
    for (const double rate : {0.0, 1e-5, 1e-3, 0.3, 1.0})
      for (std::uint32_t trial = 0; trial < 3; ++trial)
        EXPECT_EQ(contradiction(model(sigma, rate), programmed(model(sigma, rate), trial)), "") << sigma << ' ' << rate;
}

TEST(Contradiction, NamesAWrongRate) {
  EXPECT_THAT(contradiction(model(0, 0.05), programmed(model(0, 0.1))), HasSubstr("0.05 were asked for"));
  EXPECT_THAT(contradiction(model(0, 0.05), programmed(model(0, 0.03))), HasSubstr("of the cells are stuck"));
  EXPECT_THAT(contradiction(model(0, 0), programmed(model(0, 0.01))), HasSubstr("0 were asked for"));
  CellModel defects = model(0, 0);
  defects.defects = Defects{.rate = 0.2, .stuck_share = 0.5};
  EXPECT_EQ(contradiction(defects, programmed(defects)), "");
  CellModel more = defects;
  more.defects->rate = 0.25;
  EXPECT_THAT(contradiction(defects, programmed(more)), HasSubstr("0.1 were asked for"));
}

TEST(Contradiction, NamesAWrongSpread) {
  EXPECT_THAT(contradiction(model(0.1, 0.05), programmed(model(0.11, 0.05))), HasSubstr("0.1 was asked for"));
  EXPECT_THAT(contradiction(model(0.1, 0.05), programmed(model(0.09, 0.05))), HasSubstr("0.1 was asked for"));
  EXPECT_THAT(contradiction(model(0, 0), programmed(model(0.001, 0))), HasSubstr("0 was asked for"));
  EXPECT_THAT(contradiction(model(1e-5, 0), programmed(model(0, 0))), HasSubstr("1e-05 was asked for"));
}

TEST(Contradiction, SaysNothingWhereNoSimpleLawHolds) {
  CellModel clipped = model(0.1, 0);
  clipped.clip = Clip::range;
  EXPECT_EQ(contradiction(clipped, programmed(model(0.5, 0))), "");
  CellModel rows = model(0, 0.05);
  rows.faults.pattern = FaultPattern::rows;
  EXPECT_EQ(contradiction(rows, programmed(model(0, 0.1))), "");
}

}  // namespace self_check_test
}  // namespace ohmcarlo
