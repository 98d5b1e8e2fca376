#include "storage/lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/signals.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

/// True if the descriptor's file is still the one at `path`: its former holder may have removed it.
bool still_there(int descriptor, const std::filesystem::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

std::string first_line(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  return line.empty() ? "another process" : line;
}

}  // namespace

ResultsLock::ResultsLock(const std::filesystem::path& results, double patience_seconds)
    : path_(behind_links(results).string() + ".lock") {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_seconds);
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail_results("{}: cannot write here ({})", results.string(), std::strerror(errno));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
      if (still_there(descriptor_, path_)) break;
    } else if (errno != EWOULDBLOCK && errno != EINTR) {
      break;  // a file system without locks: the text inside is all there is
    } else if (std::chrono::steady_clock::now() > deadline) {
      ::close(descriptor_);
      descriptor_ = -1;
      fail_results("{}: in use by {}; wait for it, or write to another file", results.string(), first_line(path_));
    }
    ::close(descriptor_);
    descriptor_ = -1;
    if (stop_requested() == StopRequest::hard)
      throw Resumable(fmt::format("{}: stopped while it was in use by {}", results.string(), first_line(path_)));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  heartbeat();
}

void ResultsLock::heartbeat() const {
  char host[256] = "unknown host";
  ::gethostname(host, sizeof host - 1);
  const std::string text = fmt::format("process {} on {}, last seen {:%Y-%m-%d %H:%M:%S} UTC\n", ::getpid(), host,
                                       fmt::gmtime(std::time(nullptr)));
  // A full disk must not stop the job here: the lock is the kernel's, the text is for people.
  if (::pwrite(descriptor_, text.data(), text.size(), 0) < 0) return;
  if (::ftruncate(descriptor_, static_cast<off_t>(text.size())) != 0) return;
}

ResultsLock::~ResultsLock() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace ohmcarlo
