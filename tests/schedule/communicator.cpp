#include "schedule/communicator.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace communicator_test {

// Without a launcher there is one process, and MPI is not started. What several ranks say to one another is tested with
// whole runs (tests/integration/test_ranks.py).
TEST(Communicator, IsAloneWithoutALauncher) {
  Communicator alone(0, nullptr);
  EXPECT_EQ(alone.rank(), 0);
  EXPECT_EQ(alone.size(), 1);
  EXPECT_EQ(alone.hosts(), std::vector<std::string>{host_name()});
  EXPECT_EQ(alone.gather("text"), std::vector<std::string>{"text"});
  EXPECT_EQ(alone.broadcast("text"), "text");
  EXPECT_FALSE(alone.receive());
}

TEST(Communicator, AFailureOfTheOnlyRankIsTheFirst) {
  const Communicator alone(0, nullptr);
  EXPECT_FALSE(alone.first_failure(std::nullopt));
  const std::optional<Failure> failure = alone.first_failure(failure_of(BadData("cut short")));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "cut short") << "rank 0 is not named";
  EXPECT_THROW(failure->raise(), BadData);
}

TEST(Communicator, RefusesABareSrunOfSeveralTasks) {
  const Communicator alone(0, nullptr);
  setenv("SLURM_NTASKS", "1", 1);
  EXPECT_NO_THROW(alone.check_launch());
  setenv("SLURM_NTASKS", "4", 1);
  EXPECT_THROW(alone.check_launch(), BadUsage);
  unsetenv("SLURM_NTASKS");
  EXPECT_NO_THROW(alone.check_launch());
}

}  // namespace communicator_test
}  // namespace ohmcarlo
