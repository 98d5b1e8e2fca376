#include "experiment/common_units.hpp"

#include <array>

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace common_units_test {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsNan;

constexpr std::array<std::size_t, 2> kBoth = {0, 1};

TEST(CommonUnits, AreTheChipsThatAllPointsHaveRun) {
  const Results results = test::results_of({test::sigmas({0, 1})}, {{.9, .8, .7, .6}, {.5, .4}});
  EXPECT_THAT(common_units(results.table, kAccuracy, kBoth), ElementsAre(ElementsAre(.9, .8), ElementsAre(.5, .4)));
}

TEST(CommonUnits, EndBeforeAChipThatIsYetToRun) {
  Results results = test::results_of({test::sigmas({0, 1})}, {{.9, .8, .7}, {.5, .4, .3}});
  results.table.state[1] = CellState::not_run;  // of the first point; its third chip came out of turn
  EXPECT_THAT(common_units(results.table, kAccuracy, kBoth), ElementsAre(ElementsAre(.9), ElementsAre(.5)));
}

TEST(CommonUnits, AFailedChipHasNoValueAndTakesItsPlace) {
  const Results results = test::results_of({test::sigmas({0, 1})}, {{.9, kNaN, .7}, {.5, .4, .3}});
  EXPECT_THAT(common_units(results.table, kAccuracy, kBoth),
              ElementsAre(ElementsAre(.9, IsNan(), .7), ElementsAre(.5, .4, .3)));
}

TEST(CommonUnits, AreMeansOfTrainingsWithSeveralReplicas) {
  const Results results =
      test::results_of({test::sigmas({0, 1})}, {{.9, .8, .1}, {.7, .6, .5}, {.5, .4}, {.3, kNaN, .1}}, 2);
  const auto units = common_units(results.table, kAccuracy, kBoth);
  EXPECT_THAT(units[0], ElementsAre(DoubleNear(.85, 1e-15), DoubleNear(.6, 1e-15)));  // (.9 .8), (.7 .5)
  EXPECT_THAT(units[1], ElementsAre(DoubleNear(.45, 1e-15), DoubleNear(.2, 1e-15)));
}

TEST(CommonUnits, ATrainingWithoutChipsHasNoMean) {
  const Results results = test::results_of({test::sigmas({0, 1})}, {{.9}, {.7}, {.5}, {kNaN}}, 2);
  EXPECT_THAT(common_units(results.table, kAccuracy, kBoth)[0], ElementsAre(.9, IsNan()));
}

}  // namespace common_units_test
}  // namespace ohmcarlo
