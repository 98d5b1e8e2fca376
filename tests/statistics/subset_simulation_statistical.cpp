// Subset simulation of the linear limit state, whose probabilities are known exactly.
// Fixed seeds; thresholds are those that statistics of the method demand, with the binomial error of the number of
// estimates.

#include "statistics/limit_state.hpp"

namespace ohmcarlo {
namespace subset_simulation_statistical_test {

// The published bias is 13 % at beta 4, the coverage 94 %. 1000 estimates: three standard errors of a coverage of .92
// are .026, of the mean of 8000 runs with a coefficient of variation of .7 they are 2.3 %.
TEST(SubsetSimulation, ThreeHundredChipsCoverWithALittleBias) {
  for (const double beta : {3.0, 4.0}) {
    const test::Quality quality = test::measure(300, beta, 1000);
    EXPECT_GE(quality.coverage, 0.92) << beta;
    EXPECT_LE(std::abs(quality.bias), 0.20) << beta;
  }
}

// The law of the state is that of one dimension, whatever their number: here 2,000, in the slow tests 100,000.
TEST(SubsetSimulation, DimensionsDoNotMatter) {
  test::expect_limit_states_in(2000);
}

}  // namespace subset_simulation_statistical_test
}  // namespace ohmcarlo
