#include "device/randomness.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace randomness_test {

TEST(RandomnessOfCells, IsNoneWhereAllCellsGetTheirTargets) {
  CellModel model;
  EXPECT_FALSE(is_random(model));
  model.clip = Clip::range;
  model.drift = Drift{.nu = 0.1, .nu_sd = 0, .time = 10, .time_programmed = 1};
  model.defects = Defects{.rate = 0};
  EXPECT_FALSE(is_random(model)) << "all cells drift alike";
  model.drift->nu_sd = 0.01;
  EXPECT_TRUE(is_random(model));
}

// Defects stand in place of variation, and the other way round.
TEST(RandomnessOfCells, IsThereWithVariationOrDefects) {
  CellModel varied;
  varied.variation.sigma = 0.1;
  EXPECT_TRUE(is_random(varied));
  CellModel defective;
  defective.defects = Defects{.rate = 0.1};
  EXPECT_TRUE(is_random(defective));
  CellModel stuck;
  stuck.faults.rate = 1;
  EXPECT_TRUE(is_random(stuck)) << "which level they are stuck at may be drawn";
}

}  // namespace randomness_test
}  // namespace ohmcarlo
