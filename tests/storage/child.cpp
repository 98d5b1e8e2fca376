#include "storage/child.hpp"

#include <csignal>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

extern "C" void __asan_init() __attribute__((weak));  // there where libraries are compiled for the address sanitizer

namespace ohmcarlo::test {
namespace child_test {

constexpr double kLong = 60;
constexpr std::size_t kMemory = std::size_t{1} << 28;

TEST(Child, SaysNothingOfWorkThatIsDone) {
  EXPECT_EQ(fault_in_child([] {}, kLong, kMemory), std::nullopt);
}

TEST(Child, ItsWorkChangesNothingHere) {
  int number = 1;
  EXPECT_EQ(fault_in_child([&] { number = 2; }, kLong, kMemory), std::nullopt);
  EXPECT_EQ(number, 1);
}

TEST(Child, TellsWhatWasThrown) {
  EXPECT_EQ(fault_in_child([] { throw std::runtime_error("a reason"); }, kLong, kMemory), "a reason");
  EXPECT_EQ(fault_in_child([] { throw std::runtime_error(""); }, kLong, kMemory), "unknown reason");
  EXPECT_EQ(fault_in_child([] { throw 1; }, kLong, kMemory), "unknown reason");
}

TEST(Child, TellsOfACrash) {
  EXPECT_EQ(fault_in_child([] { ::raise(SIGSEGV); }, kLong, kMemory), "crashed (Segmentation fault)");
  EXPECT_EQ(fault_in_child([] { std::abort(); }, kLong, kMemory), "crashed (Aborted)");
}

TEST(Child, IsEndedWhenItsTimeIsOver) {
  EXPECT_EQ(fault_in_child(
                [] {
                  for (;;) ::pause();
                },
                0.05, kMemory),
            "not done after 0.05 s");
}

TEST(Child, HasNoMoreMemoryThanItIsGiven) {
  const auto ask = [](std::size_t size) { return [size] { (void)std::vector<char>(size).data(); }; };
  EXPECT_EQ(fault_in_child(ask(kMemory / 4), kLong, kMemory), std::nullopt);
  if (&__asan_init != nullptr) GTEST_SKIP() << "the address sanitizer ends a process that asks for too much";
  EXPECT_EQ(fault_in_child(ask(kMemory * 16), kLong, kMemory), "it asks for more memory than it can need");
}

}  // namespace child_test
}  // namespace ohmcarlo::test
