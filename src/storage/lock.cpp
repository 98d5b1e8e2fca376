#include "storage/lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/signals.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kWithoutKernel = "owned without a lock of the kernel";
constexpr double kBetweenAttempts = 0.1;  ///< seconds

/// True if the descriptor's file is still the one at `path`: its former holder may have removed it.
bool still_there(int descriptor, const std::filesystem::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

std::string contents_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string owner_in(const std::string& contents) {
  const std::string line = contents.substr(0, contents.find('\n'));
  return line.empty() ? "another process" : printable(line, 200);
}

std::string new_token() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

}  // namespace

/// What lies at the place of the lock.
struct ResultsLock::LockFile {
  explicit LockFile(const std::filesystem::path& path) : contents(contents_of(path)) {
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0)
      identity = fmt::format("{} {}.{} {}", found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec, contents);
  }
  [[nodiscard]] bool is_kernel_lock() const { return contents.find(kWithoutKernel) == std::string::npos; }

  std::string contents;
  std::string identity;  ///< of this very file, with this heartbeat; empty if there is none
};

ResultsLock::ResultsLock(const std::filesystem::path& results, const LockOptions& options)
    : results_(results),
      path_(behind_links(results).string() + ".lock"),
      lock_(options.lock ? options.lock : ::flock),
      token_(new_token()) {
  const double deadline = options.clock() + options.patience_seconds;
  for (;;) {
    const Attempt outcome = attempt(options.clock());
    if (outcome == Attempt::owned) break;
    if (stop_requested() == StopRequest::hard || (options.resumable && stop_requested() != StopRequest::none))
      throw Resumable(
          fmt::format("{}: stopped while it was in use by {}", results.string(), owner_in(contents_of(path_))));
    if (outcome == Attempt::again) continue;
    if (options.clock() > deadline) give_up(options);
    if (options.sleep)
      options.sleep(kBetweenAttempts);
    else
      std::this_thread::sleep_for(std::chrono::duration<double>(kBetweenAttempts));
  }
}

void ResultsLock::give_up(const LockOptions& options) const {
  const LockFile seen(path_);
  const std::string message = fmt::format(
      "{}: in use by {}; wait for it, or write to another file{}", results_.string(), owner_in(seen.contents),
      seen.is_kernel_lock()
          ? ""
          : fmt::format(" (its file system has no locks: {} is taken over by --wait-for-lock with more "
                        "than 5m if its owner is gone)",
                        path_.string()));
  if (options.resumable) throw Resumable(message);
  throw UnusableResults(message);
}

ResultsLock::Attempt ResultsLock::attempt(double now) {
  int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const bool created = descriptor >= 0;
  if (!created && errno == EEXIST) descriptor = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) {
    if (!created && errno == ENOENT && std::filesystem::exists(path_.parent_path().empty() ? "." : path_.parent_path()))
      return Attempt::busy;  // removed between the two calls
    fail_results("{}: cannot write here ({})", results_.string(), std::strerror(errno));
  }
  const bool locked = lock_(descriptor, LOCK_EX | LOCK_NB) == 0;
  const int reason = locked ? 0 : errno;
  const bool kernel_has_locks = locked || reason == EWOULDBLOCK || reason == EINTR;
  if (locked && !still_there(descriptor, path_)) {
    ::close(descriptor);
    return Attempt::again;
  }
  if (created && (locked || !kernel_has_locks)) return begin(descriptor, locked);
  const LockFile seen(path_);
  if (locked && seen.is_kernel_lock()) return begin(descriptor, true);  // its owner is gone: the kernel says so
  Attempt outcome = Attempt::busy;
  if (reason == EINTR) outcome = Attempt::again;
  if (locked || !kernel_has_locks) {
    if (is_still(seen, now) && remove_still(seen, now)) outcome = Attempt::again;
  } else {
    still_.clear();  // the kernel's lock is held: its owner lives
  }
  ::close(descriptor);
  return outcome;
}

ResultsLock::Attempt ResultsLock::begin(int descriptor, bool kernel) {
  descriptor_ = descriptor;
  kernel_ = kernel;
  beat();
  return Attempt::owned;
}

bool ResultsLock::is_still(const LockFile& seen, double now) {
  if (seen.identity.empty()) return false;
  if (seen.identity != still_) {
    still_ = seen.identity;
    still_since_ = now;
    marked_since_.reset();
  }
  return now - still_since_ >= kStillSeconds;
}

bool ResultsLock::remove_still(const LockFile& seen, double now) {
  // Of several that have waited, one removes it: the one that creates this mark. Then all begin anew.
  const std::string mark = path_.string() + ".removed";
  const int descriptor = ::open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    // One that was killed between the two lines below has left it behind, and nobody would take over ever again.
    if (!marked_since_) marked_since_ = now;
    if (now - *marked_since_ >= kStillSeconds) ::unlink(mark.c_str());
    return false;
  }
  ::close(descriptor);
  if (LockFile(path_).identity == seen.identity) ::unlink(path_.c_str());
  ::unlink(mark.c_str());
  return true;
}

void ResultsLock::beat() {
  char host[256] = "unknown host";
  ::gethostname(host, sizeof host - 1);
  const std::string text =
      fmt::format("process {} on {}, last seen {:%Y-%m-%d %H:%M:%S} UTC\nbeat {}\ntoken {}\n{}", ::getpid(), host,
                  fmt::gmtime(std::time(nullptr)), ++beats_, token_, kernel_ ? "" : std::string(kWithoutKernel) + "\n");
  // A full disk must not stop the job here.
  if (::pwrite(descriptor_, text.data(), text.size(), 0) < 0) return;
  if (::ftruncate(descriptor_, static_cast<off_t>(text.size())) != 0) return;
}

void ResultsLock::confirm() {
  const std::string contents = contents_of(path_);
  if (contents.find(token_) != std::string::npos) return;
  if (contents.empty() && still_there(descriptor_, path_)) return;  // a full disk: there was no room for the text
  if (!std::filesystem::exists(path_)) {                            // somebody has removed it
    const int lost = descriptor_;
    descriptor_ = -1;
    const Attempt outcome = attempt(0);
    ::close(lost);
    if (outcome == Attempt::owned) return;
  }
  fail_results("{}: was taken over by {}; this job stops without writing to it again (allowed: one job at a time)",
               results_.string(), owner_in(contents_of(path_)));
}

ResultsLock::~ResultsLock() {
  if (descriptor_ < 0) return;
  if (still_there(descriptor_, path_)) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace ohmcarlo
