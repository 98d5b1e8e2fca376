#include "base/memory.hpp"

#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace ohmcarlo {
namespace memory_test {

/// Pages that the system had to clear for this process so far.
long page_faults() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}

/// Those for a block of 64 MiB that is asked for, filled and freed ten times, after the first time.
long faults_of_blocks() {
  const auto use = [] {
    const std::vector<char> block(std::size_t{64} << 20, 'x');
    if (block.back() != 'x') std::abort();
  };
  use();
  const long before = page_faults();
  for (int i = 0; i < 10; ++i) use();
  return page_faults() - before;
}

TEST(KeepFreedMemory, LendsTheSamePagesAgain) {
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // In a process of its own: the setting cannot be taken back. A block has 16384 pages of 4 KiB, or 32 of 2 MiB.
  EXPECT_EXIT(std::exit(faults_of_blocks() >= 10 ? 0 : 1), testing::ExitedWithCode(0), "") << "without";
  EXPECT_EXIT(
      {
        keep_freed_memory();
        std::exit(faults_of_blocks() < 10 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
#else
  GTEST_SKIP() << "only the GNU C library has this setting, and sanitizers have an allocator of their own";
#endif
}

}  // namespace memory_test
}  // namespace ohmcarlo
