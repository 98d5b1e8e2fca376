#include "app/terminal.hpp"

#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ohmcarlo {
namespace terminal_test {

/// What a process says whose standard error is `error` and whose parent's is `parents`.
bool asked(int error, int parents, bool under_mpirun) {
  const pid_t parent = ::fork();
  if (parent == 0) {
    ::dup2(parents, STDERR_FILENO);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(error, STDERR_FILENO);
      if (under_mpirun)
        ::setenv("OMPI_COMM_WORLD_RANK", "0", 1);
      else
        ::unsetenv("OMPI_COMM_WORLD_RANK");
      ::_exit(shows_on_terminal() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::_exit(WEXITSTATUS(status));
  }
  int status = 0;
  ::waitpid(parent, &status, 0);
  return WEXITSTATUS(status) == 1;
}

TEST(ShowsOnTerminal, IsSoOfATerminalAndOfThatOfMpirun) {
  int first = -1, terminal = -1;
  ASSERT_EQ(::openpty(&first, &terminal, nullptr, nullptr, nullptr), 0);
  const int nothing = ::open("/dev/null", O_WRONLY);
  EXPECT_TRUE(asked(terminal, nothing, false));
  EXPECT_FALSE(asked(nothing, nothing, true));
  EXPECT_FALSE(asked(nothing, terminal, false)) << "a shell's redirection";
  EXPECT_TRUE(asked(nothing, terminal, true));
  for (const int file : {first, terminal, nothing}) ::close(file);
}

}  // namespace terminal_test
}  // namespace ohmcarlo
