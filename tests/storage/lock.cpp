#include "storage/lock.hpp"

#include <chrono>
#include <csignal>

#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace lock_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const LockOptions kAtOnce{.patience_seconds = 0};

/// A process that takes the lock, says so, and waits to be killed.
class Holder {
 public:
  explicit Holder(const fs::path& results) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      const ResultsLock lock(results, {.patience_seconds = 0});
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
  EXPECT_THAT(error_of([&] { const ResultsLock lock(folder / "R.h5", kAtOnce); }), HasSubstr("R.h5: in use by"));
}

TEST(ResultsLock, SecondHolderIsRefusedAndToldWhoHoldsIt) {
  const Scratch folder;
  const Holder holder(folder / "R.h5");
  std::string message;
  const double waited =
      seconds_of([&] { message = error_of([&] { ResultsLock(folder / "R.h5", {.patience_seconds = 0.2}); }); });
  EXPECT_THAT(message, AllOf(HasSubstr("R.h5: in use by process " + std::to_string(holder.pid()) + " on ")));
  EXPECT_GE(waited, 0.2);
  EXPECT_LT(waited, 2);
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));
}

TEST(ResultsLock, SecondHolderInTheSameProcessIsRefused) {
  const Scratch folder;
  const ResultsLock first(folder / "R.h5", kAtOnce);
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", kAtOnce); }), HasSubstr("in use by process"));
}

TEST(ResultsLock, DiesWithItsProcess) {
  const Scratch folder;
  Holder holder(folder / "R.h5");
  holder.kill();
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));  // the text is left, the kernel's lock is not
  EXPECT_LT(seconds_of([&] { ResultsLock(folder / "R.h5", {.patience_seconds = 5}); }), 2);
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
  EXPECT_NO_THROW(ResultsLock(folder / "R.h5", {.patience_seconds = 20}));
  ::waitpid(killer, nullptr, 0);
}

TEST(ResultsLock, FileIsRemovedAfterwards) {
  const Scratch folder;
  {
    ResultsLock lock(folder / "R.h5", kAtOnce);
    EXPECT_THAT(read_text(folder / "R.h5.lock"), HasSubstr("process " + std::to_string(::getpid()) + " on "));
    lock.beat();
    EXPECT_THAT(read_text(folder / "R.h5.lock"), HasSubstr("last seen 20"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
  const ResultsLock again(folder / "R.h5", kAtOnce);
}

TEST(ResultsLock, OtherFilesAreNotLocked) {
  const Scratch folder;
  const ResultsLock one(folder / "R.h5", kAtOnce);
  EXPECT_NO_THROW(ResultsLock(folder / "S.h5", kAtOnce));
}

TEST(ResultsLock, MissingDirectoryIsAnError) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "missing/R.h5", {.patience_seconds = 5}); }),
              HasSubstr("missing/R.h5: cannot write here"));
}

// ---- file systems without locks
// --------------------------------------------------------------------------------------

int no_locks(int /*descriptor*/, int /*operation*/) {
  errno = ENOLCK;
  return -1;
}

/// A clock that goes on only while somebody sleeps.
class FakeTime {
 public:
  [[nodiscard]] LockOptions options(double patience) {
    return {.patience_seconds = patience,
            .resumable = true,
            .clock = [this] { return now_; },
            .sleep =
                [this](double seconds) {
                  now_ += seconds;
                  if (each_) each_(now_);
                },
            .lock = no_locks};
  }
  /// Is called after each sleep.
  void meanwhile(std::function<void(double now)> each) { each_ = std::move(each); }
  [[nodiscard]] double now() const { return now_; }

 private:
  double now_ = 1000;
  std::function<void(double)> each_;
};

const LockOptions kNoLocks{.patience_seconds = 0, .lock = no_locks};

TEST(ResultsLockWithoutKernel, FileKeepsOthersOutAndSaysSo) {
  const Scratch folder;
  {
    const ResultsLock lock(folder / "R.h5", kNoLocks);
    EXPECT_FALSE(lock.is_kernel_lock());
    EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", kNoLocks); }),
                AllOf(HasSubstr("in use by process " + std::to_string(::getpid())), HasSubstr("--wait-for-lock")));
    EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
  EXPECT_TRUE(ResultsLock(folder / "R.h5", kAtOnce).is_kernel_lock());
}

// A dead owner's file: what a killed process leaves.
void leave_behind(const fs::path& results) {
  const pid_t child = ::fork();
  if (child == 0) {
    new ResultsLock(results, kNoLocks);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

TEST(ResultsLockWithoutKernel, StillHeartbeatIsTakenOverAfterFiveMinutes) {
  const Scratch folder;
  leave_behind(folder / "R.h5");
  FakeTime early;
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", early.options(299)); }, typeid(Resumable)),
              HasSubstr("in use by process "));
  FakeTime late;
  ResultsLock lock(folder / "R.h5", late.options(900));
  EXPECT_GE(late.now() - 1000, 300);
  EXPECT_LT(late.now() - 1000, 302);
  EXPECT_NO_THROW(lock.confirm());
  EXPECT_THAT(read_text(folder / "R.h5.lock"), HasSubstr("process " + std::to_string(::getpid()) + " on "));
  EXPECT_THAT(folder.names(), ::testing::ElementsAre("R.h5.lock"));
}

// A waiter that was killed while it took over has left its mark.
TEST(ResultsLockWithoutKernel, MarkOfAKilledWaiterIsRemovedAfterFiveMinutesMore) {
  const Scratch folder;
  leave_behind(folder / "R.h5");
  write_text(folder / "R.h5.lock.removed", "");
  FakeTime early;
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", early.options(590)); }, typeid(Resumable)),
              HasSubstr("in use by process "));
  EXPECT_TRUE(fs::exists(folder / "R.h5.lock.removed"));
  FakeTime late;
  ResultsLock lock(folder / "R.h5", late.options(900));
  EXPECT_GE(late.now() - 1000, 600);
  EXPECT_LT(late.now() - 1000, 604);
  EXPECT_NO_THROW(lock.confirm());
  EXPECT_THAT(folder.names(), ::testing::ElementsAre("R.h5.lock"));
}

TEST(ResultsLockWithoutKernel, MovingHeartbeatIsNeverTakenOver) {
  const Scratch folder;
  ResultsLock owner(folder / "R.h5", kNoLocks);
  FakeTime time;
  double next = 1280;
  time.meanwhile([&](double now) {
    if (now < next) return;
    owner.beat();
    next = now + 280;  // slow, yet alive
  });
  (void)error_of([&] { ResultsLock(folder / "R.h5", time.options(5000)); }, typeid(Resumable));
  EXPECT_GE(time.now(), 6000);
  EXPECT_NO_THROW(owner.confirm());
}

TEST(ResultsLockWithoutKernel, LockOfTheKernelIsNeverTakenOver) {
  const Scratch folder;
  const Holder holder(folder / "R.h5");  // its heartbeat stands still
  FakeTime time;
  LockOptions options = time.options(5000);
  options.lock = ::flock;
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", options); }, typeid(Resumable)),
              HasSubstr("in use by process " + std::to_string(holder.pid())));
}

TEST(ResultsLockWithoutKernel, OwnersOfBothKindsKeepEachOtherOut) {
  const Scratch folder;
  {
    const ResultsLock without(folder / "R.h5", kNoLocks);
    EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", kAtOnce); }), HasSubstr("in use by"));
  }
  const Holder with(folder / "R.h5");
  EXPECT_THAT(error_of([&] { ResultsLock(folder / "R.h5", kNoLocks); }), HasSubstr("in use by"));
}

TEST(ResultsLockWithoutKernel, OwnerNoticesThatItWasTakenOver) {
  const Scratch folder;
  ResultsLock slow(folder / "R.h5", kNoLocks);  // suspended, say
  FakeTime time;
  const ResultsLock next(folder / "R.h5", time.options(900));
  slow.beat();
  EXPECT_THAT(error_of([&] { slow.confirm(); }), HasSubstr("R.h5: was taken over by process"));
}

TEST(ResultsLock, RemovedFileIsMadeAgainUnlessAnotherOwnerIsThere) {
  const Scratch folder;
  for (const LockOptions& options : {kAtOnce, kNoLocks}) {
    ResultsLock lock(folder / "R.h5", options);
    fs::remove(folder / "R.h5.lock");
    EXPECT_NO_THROW(lock.confirm());
    EXPECT_TRUE(fs::exists(folder / "R.h5.lock"));
    fs::remove(folder / "R.h5.lock");
    const ResultsLock other(folder / "R.h5", options);
    EXPECT_THAT(error_of([&] { lock.confirm(); }), HasSubstr("was taken over"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

/// Several processes begin at once, each adds 1 to a number, reading and writing apart, under the lock.
void count_together(const fs::path& results, const LockOptions& options, int processes, int rounds) {
  int gate[2];
  ASSERT_EQ(::pipe(gate), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(gate[1]);
      char wait = 0;
      (void)!::read(gate[0], &wait, 1);  // until the gate is closed
      for (int round = 0; round < rounds; ++round) {
        ResultsLock lock(results, options);
        const int number = std::stoi(read_text(results));
        ::usleep(200);
        lock.confirm();
        write_text(results, std::to_string(number + 1));
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  ::close(gate[0]);
  ::close(gate[1]);
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

TEST(ResultsLock, StartedTogetherNobodyLosesAnything) {
  const Scratch folder;
  for (LockOptions options : {LockOptions(), kNoLocks}) {
    options.patience_seconds = 60;
    options.sleep = [](double) { ::usleep(300); };
    write_text(folder / "R.h5", "0");
    count_together(folder / "R.h5", options, 4, 50);
    EXPECT_EQ(read_text(folder / "R.h5"), "200");
    EXPECT_THAT(folder.names(), ::testing::ElementsAre("R.h5"));
  }
}

TEST(ResultsLockWithoutKernel, OfManyThatWaitForAStillOwnerOneTakesOver) {
  for (int round = 0; round < 20; ++round) {
    const Scratch folder;
    leave_behind(folder / "R.h5");
    write_text(folder / "R.h5", "0");
    const std::string left = read_text(folder / "R.h5.lock");
    double now = 0;  // of each process its own; it passes while the dead owner is waited for
    const LockOptions options{.patience_seconds = 1e6,
                              .clock = [&] { return now; },
                              .sleep =
                                  [&](double) {
                                    if (read_text(folder / "R.h5.lock") == left) now += 10;
                                    ::usleep(300);
                                  },
                              .lock = no_locks};
    count_together(folder / "R.h5", options, 4, 1);
    EXPECT_EQ(read_text(folder / "R.h5"), "4");
    EXPECT_THAT(folder.names(), ::testing::ElementsAre("R.h5"));
  }
}

}  // namespace lock_test
}  // namespace ohmcarlo::test
