#include "base/signals.hpp"

#include <csignal>
#include <initializer_list>

namespace ohmcarlo {
namespace {

volatile std::sig_atomic_t requested = 0;

void handle(int signal) {
  const int request = static_cast<int>(signal == SIGTERM || signal == SIGINT ? StopRequest::hard : StopRequest::soft);
  if (request > requested) requested = request;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGUSR1, SIGXCPU, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

StopRequest stop_requested() noexcept {
  return static_cast<StopRequest>(static_cast<int>(requested));
}

}  // namespace ohmcarlo
