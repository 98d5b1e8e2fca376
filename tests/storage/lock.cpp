#include "storage/lock.hpp"

#include <chrono>
#include <csignal>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A process that takes the lock, says so, and waits to be killed.
class Holder {
 public:
  explicit Holder(const fs::path& results) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      const ResultsLock lock(results, 0);
      if (::write(ends[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char said = 0;
    if (::read(ends[0], &said, 1) != 1) throw std::runtime_error("the child did not get the lock");
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
};

double seconds_of(const auto& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(ResultsLock, LinkAndFileShareTheLock) {
  const Scratch folder;
  write_text(folder / "R.h5", "");
  fs::create_directory(folder / "links");
  fs::create_symlink("../R.h5", folder / "links" / "L.h5");
  const Holder holder(folder / "links" / "L.h5");
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));
  EXPECT_THAT(error_of([&] { const ResultsLock lock(folder / "R.h5", 0); }), HasSubstr("R.h5: in use by"));
}

TEST(ResultsLock, SecondHolderIsRefusedAndToldWhoHoldsIt) {
  const Scratch folder;
  const Holder holder(folder / "R.h5");
  std::string message;
  const double waited = seconds_of([&] { message = error_of([&] { ResultsLock(folder / "R.h5", 0.2); }); });
  EXPECT_THAT(message, AllOf(HasSubstr("R.h5: in use by process " + std::to_string(holder.pid()) + " on ")));
  EXPECT_GE(waited, 0.2);
  EXPECT_LT(waited, 2);
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));
}

TEST(ResultsLock, SecondHolderInTheSameProcessIsRefused) {
  const Scratch folder;
  const ResultsLock first(folder / "R.h5", 0);
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", 0); }), HasSubstr("in use by process"));
}

TEST(ResultsLock, DiesWithItsProcess) {
  const Scratch folder;
  Holder holder(folder / "R.h5");
  holder.kill();
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));  // the text is left, the kernel's lock is not
  EXPECT_LT(seconds_of([&] { ResultsLock(folder / "R.h5", 5); }), 2);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(ResultsLock, WaitsForAHolderThatLeaves) {
  const Scratch folder;
  Holder holder(folder / "R.h5");
  const pid_t killer = ::fork();
  if (killer == 0) {
    ::usleep(300000);
    ::kill(holder.pid(), SIGKILL);
    ::_exit(0);
  }
  EXPECT_NO_THROW(ResultsLock(folder / "R.h5", 20));
  ::waitpid(killer, nullptr, 0);
}

TEST(ResultsLock, FileIsRemovedAfterwards) {
  const Scratch folder;
  {
    const ResultsLock lock(folder / "R.h5", 0);
    EXPECT_THAT(read_text(folder / "R.h5.lock"), HasSubstr("process " + std::to_string(::getpid()) + " on "));
    lock.heartbeat();
    EXPECT_THAT(read_text(folder / "R.h5.lock"), HasSubstr("last seen 20"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
  const ResultsLock again(folder / "R.h5", 0);
}

TEST(ResultsLock, OtherFilesAreNotLocked) {
  const Scratch folder;
  const ResultsLock one(folder / "R.h5", 0);
  EXPECT_NO_THROW(ResultsLock(folder / "S.h5", 0));
}

TEST(ResultsLock, MissingDirectoryIsAnError) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "missing/R.h5", 5); }), HasSubstr("missing/R.h5: cannot write here"));
}

}  // namespace
}  // namespace ohmcarlo::test
