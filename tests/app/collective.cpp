#include "app/collective.hpp"

#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace collective_test {

// Without a launcher this process is the whole job.
TEST(Collective, HashesComeBackByName) {
  const Communicator alone(0, nullptr);
  const std::map<std::string, std::string> hashes{{"fsdd", "0a"}, {"mnist", "1b"}, {"", ""}};
  EXPECT_EQ(broadcast_hashes(alone, hashes), hashes);
  EXPECT_TRUE(broadcast_hashes(alone, {}).empty());
}

TEST(Collective, AFailureIsThrownWithItsTypeAndMessage) {
  const Communicator alone(0, nullptr);
  EXPECT_EQ(test::error_of([&] { run_together(alone, [] { fail_data("cut short"); }); }, typeid(BadData)), "cut short");
  EXPECT_EQ(test::error_of([&] { run_together(alone, [] { throw std::logic_error("broken"); }); }, typeid(TaskFailure)),
            "broken");
  int done = 0;
  run_together(alone, [&] { ++done; });
  EXPECT_EQ(done, 1);
}

}  // namespace collective_test
}  // namespace ohmcarlo
