// Subset simulation of the linear limit state, whose probabilities are known exactly.
// Fixed seeds; thresholds are those that statistics of the method demand, with the binomial error of the number of
// estimates.

#include "statistics/limit_state.hpp"

namespace ohmcarlo {
namespace subset_simulation_statistical_test {

// The law of the state is that of one dimension, whatever their number: here 2,000, in the slow tests 100,000.
TEST(SubsetSimulation, DimensionsDoNotMatter) {
  test::expect_limit_states_in(2000);
}

}  // namespace subset_simulation_statistical_test
}  // namespace ohmcarlo
