#include "storage/child.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/signals.hpp"

namespace ohmcarlo {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr int kFaultStatus = 1;

/// Bytes of address space that this process has; 0 if the system does not say.
std::size_t address_space() {
  std::size_t pages = 0;
  if (std::FILE* stream = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(stream, "%zu", &pages) != 1) pages = 0;
    std::fclose(stream);
  }
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// A child that crashes does so in silence and leaves no core; one whose parent is gone does not go on.
void prepare_child(std::size_t memory) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGINT, SIGUSR1, SIGXCPU})
    std::signal(signal, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (const std::size_t space = address_space(); space > 0) {
    const rlimit limit{space + memory, space + memory};
    ::setrlimit(RLIMIT_AS, &limit);
  }
}

[[noreturn]] void do_work(const std::function<void()>& work, int pipe, std::size_t memory) {
  prepare_child(memory);
  std::string fault;
  try {
    work();
    ::_exit(0);
  } catch (const std::bad_alloc&) {
    fault = "it asks for more memory than it can need";
  } catch (const std::exception& error) {
    fault = error.what();
  } catch (...) {
    fault = "unknown reason";
  }
  const ssize_t written = ::write(pipe, fault.data(), std::min(fault.size(), std::size_t{PIPE_BUF}));
  ::_exit(written < 0 ? kFaultStatus + 1 : kFaultStatus);
}

/// Waits until the other end of the pipe is closed, which the child does by ending. False if it lasted too long.
bool wait_for_end(int pipe, std::string& text, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    if (stop_requested() != StopRequest::none) return false;
    const double left = Seconds(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd ready{pipe, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(std::min(left, 0.1) * 1000) + 1) <= 0) continue;
    char part[512];
    const ssize_t size = ::read(pipe, part, sizeof part);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    text.append(part, static_cast<std::size_t>(size));
  }
}

}  // namespace

std::optional<std::string> fault_in_child(const std::function<void()>& work, double limit_seconds, std::size_t memory) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(fmt::format("no pipe ({})", std::strerror(errno)));
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    do_work(work, ends[1], memory);
  }
  const int reason = errno;
  ::close(ends[1]);
  std::string text;
  bool ended = false;
  int status = 0;
  if (child > 0) {
    ended = wait_for_end(ends[0], text,
                         std::chrono::steady_clock::now() +
                             std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(limit_seconds)));
    if (!ended) ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  }
  ::close(ends[0]);
  if (child < 0) throw std::runtime_error(fmt::format("no child process ({})", std::strerror(reason)));
  if (!ended && stop_requested() != StopRequest::none) throw Resumable("stopped while a child process was waited for");
  if (!ended) return fmt::format("not done after {:g} s", limit_seconds);
  if (WIFSIGNALED(status)) return fmt::format("crashed ({})", ::strsignal(WTERMSIG(status)));
  if (WEXITSTATUS(status) == 0) return std::nullopt;
  return text.empty() ? "unknown reason" : text;
}

}  // namespace ohmcarlo
