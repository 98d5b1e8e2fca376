#include "base/memory.hpp"

#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

// There where sanitizers are linked, whatever this source was compiled for.
extern "C" {
[[gnu::weak]] void __asan_init();
[[gnu::weak]] void __tsan_init();
}

namespace ohmcarlo {
namespace memory_test {

/// Pages that the system had to clear for this process so far.
long page_faults() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}

/// Those for a block that is asked for, filled and freed four times, after the first time. The C library would give a
/// block of this size back to the system.
long faults_of_blocks() {
  const auto use = [] {
    const std::vector<char> block(std::size_t{40} << 20, 'x');
    if (block.back() != 'x') std::abort();
  };
  use();
  const long before = page_faults();
  for (int i = 0; i < 4; ++i) use();
  return page_faults() - before;
}

TEST(KeepFreedMemory, LendsTheSamePagesAgain) {
#ifndef __GLIBC__
  GTEST_SKIP() << "only the GNU C library has this setting";
#endif
  if (&__asan_init != nullptr || &__tsan_init != nullptr) GTEST_SKIP() << "sanitizers have an allocator of their own";
  // In a process of its own: the setting cannot be taken back. A block has 10240 pages of 4 KiB, or 20 of 2 MiB.
  EXPECT_EXIT(std::exit(faults_of_blocks() >= 10 ? 0 : 1), testing::ExitedWithCode(0), "") << "without";
  EXPECT_EXIT(
      {
        keep_freed_memory();
        std::exit(faults_of_blocks() < 10 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace memory_test
}  // namespace ohmcarlo
