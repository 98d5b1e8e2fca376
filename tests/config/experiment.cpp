#include "config/experiment.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace experiment_test {

TEST(ExperimentTable, HasANameAndASeed) {
  Reading none("data.set = \"mnist\"\n"), both("[experiment]\nname = \"mine\"\nseed = 9\n");
  EXPECT_EQ(read_experiment(none.reader).name, "experiment");
  EXPECT_EQ(read_experiment(none.reader).seed, 1U);
  EXPECT_EQ(read_experiment(both.reader).name, "mine");
  EXPECT_EQ(read_experiment(both.reader).seed, 9U);
}

}  // namespace experiment_test
}  // namespace ohmcarlo
