#include "statistics/variance_split.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "statistics/grid.hpp"

namespace ohmcarlo::test {
namespace variance_split_test {

// By hand: means .2, .5, .8, variances .01, .04, .01; (.01 + .04 + .01) / 3 = .02; .09 - .02 / 3 = .083333.
const std::vector<std::vector<double>> kRows{{.1, .2, .3}, {.3, .5, .7}, {.7, .8, .9}};

TEST(VarianceSplit, ByHand) {
  const VarianceSplit split = split_variance(Grid(kRows).view());
  EXPECT_NEAR(split.chips, .02, 1e-12);
  EXPECT_NEAR(split.trainings, .09 - .02 / 3, 1e-12);
  EXPECT_EQ(split.images, 0.0);
}

TEST(VarianceSplit, SampledImagesAreTakenFromTheChips) {
  const VarianceSplit split = split_variance(Grid(kRows).view(), .005);
  EXPECT_NEAR(split.chips, .015, 1e-12);
  EXPECT_NEAR(split.trainings, .09 - .02 / 3, 1e-12);  // images' part is in what chips give a mean already
  EXPECT_EQ(split.images, .005);
  EXPECT_EQ(split_variance(Grid(kRows).view(), .03).chips, 0.0);
}

TEST(VarianceSplit, UnequalReplicasEachCountByTheirOwnMean) {  // .09 - (.01 / 3 + .02 / 2 + .01 / 3) / 3
  const VarianceSplit split = split_variance(Grid({{.1, .2, .3}, {.4, .6, kNaN}, {.7, .8, .9}}).view());
  EXPECT_NEAR(split.chips, (.01 + .02 + .01) / 3, 1e-12);
  EXPECT_NEAR(split.trainings, .09 - (.01 / 3 + .02 / 2 + .01 / 3) / 3, 1e-12);
}

TEST(VarianceSplit, NoMoreBetweenTrainingsThanChipsExplainIsNone) {
  EXPECT_EQ(split_variance(Grid({{.1, .9}, {.2, .8}, {.3, .71}}).view()).trainings, 0.0);
}

TEST(VarianceSplit, TooLittleSaysNothing) {
  const VarianceSplit one = split_variance(Grid({{.1, .2, .3}}).view());
  EXPECT_NEAR(one.chips, .01, 1e-12);
  EXPECT_TRUE(std::isnan(one.trainings));
  const VarianceSplit single = split_variance(Grid({{.1, .2}, {.3, kNaN}}).view());
  EXPECT_NEAR(single.chips, .005, 1e-12);
  EXPECT_TRUE(std::isnan(single.trainings));
  const VarianceSplit none = split_variance(Grid({{kNaN, kNaN}}).view());
  EXPECT_TRUE(std::isnan(none.chips) && std::isnan(none.trainings));
  EXPECT_THROW(static_cast<void>(split_variance(Grid(kRows).view(), -1.0)), std::logic_error);
}

}  // namespace variance_split_test
}  // namespace ohmcarlo::test
