#include "data/speech_process.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kGreeting = "ohmcarlo-speech 1 ";

[[noreturn]] void fail_dead() {
  throw std::runtime_error("the speech synthesiser ended unexpectedly");
}

}  // namespace

SpeechProcess::SpeechProcess(const std::filesystem::path& program) {
  std::error_code ignored;
  if (!std::filesystem::exists(program, ignored))
    fail_usage(
        "{}: missing; this build has no speech synthesis (allowed: libespeak-ng-dev and libsamplerate0-dev when "
        "building, espeak-ng-data when running)",
        program.string());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    fail_usage("no socket ({})", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string name = program.string();
  char* arguments[] = {name.data(), nullptr};
  const int problem = ::posix_spawn(&process_, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  socket_ = ends[0];
  if (problem != 0) {
    ::close(socket_);
    fail_usage("{}: does not start ({})", name, std::strerror(problem));
  }
  try {
    const std::string line = read_line();
    if (!line.starts_with(kGreeting)) fail_usage("{}: {}", name, line);
    espeak_version_ = line.substr(kGreeting.size());
  } catch (...) {
    ::close(socket_);
    ::waitpid(process_, nullptr, 0);
    throw;
  }
}

SpeechProcess::~SpeechProcess() {
  ::close(socket_);  // it ends at the end of its input
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

SpokenAudio SpeechProcess::say(const Utterance& u) {
  require(u.text.find_first_of("\t\n") == std::string::npos, "an utterance is one line");
  const std::string request = fmt::format("{}\t{}\t{}\t{}\t{}\n", u.voice, u.rate, u.pitch, u.range, u.text);
  if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    fail_dead();
  const std::string head = read_line();
  std::size_t samples = 0, phones = 0;
  if (std::sscanf(head.c_str(), "%zu %zu", &samples, &phones) != 2)
    fail_usage("\"{}\" with voice {}: {}", u.text, u.voice, head);
  SpokenAudio audio;
  for (std::size_t i = 0; i < phones; ++i) {
    const std::string line = read_line();
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) fail_dead();
    audio.phones.push_back({std::stoul(line), line.substr(space + 1)});
  }
  audio.samples.resize(samples);
  read_bytes(reinterpret_cast<char*>(audio.samples.data()), samples * sizeof(float));
  return audio;
}

std::string SpeechProcess::read_line() {
  std::size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    char more[4096];
    const ssize_t count = ::read(socket_, more, sizeof more);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail_dead();
    buffer_.append(more, static_cast<std::size_t>(count));
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

void SpeechProcess::read_bytes(char* to, std::size_t count) {
  const std::size_t ready = std::min(count, buffer_.size());
  std::memcpy(to, buffer_.data(), ready);
  buffer_.erase(0, ready);
  for (std::size_t done = ready; done < count;) {
    const ssize_t got = ::read(socket_, to + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail_dead();
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace ohmcarlo
