#include "gpu/weight_law.hpp"

#include <gtest/gtest.h>

#include "device/variation.hpp"

namespace ohmcarlo::gpu {
namespace weight_law_test {

TEST(WeightLaw, HasNoNormalsWithoutErrors) {
  EXPECT_EQ(weight_law({}, 1).slices, 0);
  EXPECT_EQ(weight_law({.sigma = 0, .weight_bits = 8, .cell_bits = 2, .sampler = Sampler::cells}, 1).slices, 0);
}

TEST(WeightLaw, HasOneNormalAWeightOrOneACell) {
  const Variation whole{.sigma = 0.5, .weight_bits = 8, .cell_bits = 2};
  const WeightLaw law = weight_law(whole, 2);
  EXPECT_EQ(law.slices, 1);
  EXPECT_NEAR(law.scale[0], 0.77763 * 0.5 * 2, 1e-5);
  Variation cells = whole;
  cells.sampler = Sampler::cells;
  const WeightLaw by_cells = weight_law(cells, 2);
  ASSERT_EQ(by_cells.slices, 4);
  for (int slice = 0; slice < 4; ++slice)
    EXPECT_FLOAT_EQ(by_cells.scale[slice], static_cast<float>(3 << 2 * slice) / 255);
}

TEST(WeightLaw, WeighsTheErrorsOfTheBand) {
  const WeightLaw law = weight_law({.sigma = 0.1, .band_factor = 3}, 2);
  const float error = law.add(law.begin(1.0F), 0, 1.0F);
  EXPECT_FLOAT_EQ(error, static_cast<float>(0.2 / std::sqrt(0.4 * 9 + 0.6)));
  EXPECT_FLOAT_EQ(law.finish(1.0F, error), 1 + 3 * error);
  EXPECT_FLOAT_EQ(law.finish(-1.0F, error), -1 + 3 * error);
  EXPECT_FLOAT_EQ(law.finish(0.5F, error), 0.5F + error);  // the ends are outside
  EXPECT_FLOAT_EQ(law.finish(-1.5F, error), -1.5F + error);
}

}  // namespace weight_law_test
}  // namespace ohmcarlo::gpu
