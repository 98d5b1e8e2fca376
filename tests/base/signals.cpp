#include "base/signals.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace signals_test {

// Signals are of a whole process: this one test goes through all of them, in a process of its own.
TEST(SignalsDeathTest, TheStrongestRequestStays) {
  const auto story = [] {
    install_signal_handlers();
    if (stop_requested() != StopRequest::none) std::exit(1);
    std::raise(SIGUSR1);
    if (stop_requested() != StopRequest::soft) std::exit(2);
    std::raise(SIGTERM);
    if (stop_requested() != StopRequest::hard) std::exit(3);
    std::raise(SIGXCPU);
    if (stop_requested() != StopRequest::hard) std::exit(4);
    std::exit(0);
  };
  EXPECT_EXIT(story(), testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, InterruptAndUsr2AskToStopAtOnce) {
  for (const int signal : {SIGINT, SIGUSR2}) {
    const auto story = [&] {
      install_signal_handlers();
      std::raise(signal);
      std::exit(static_cast<int>(stop_requested()));
    };
    EXPECT_EXIT(story(), testing::ExitedWithCode(2), "");
  }
}

}  // namespace signals_test
}  // namespace ohmcarlo
