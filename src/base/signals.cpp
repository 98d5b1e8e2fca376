#include "base/signals.hpp"

#include <csignal>
#include <initializer_list>

namespace ohmcarlo {
namespace {

volatile std::sig_atomic_t requested = 0;

void handle(int signal) {
  // USR2 is TERM for those who start the program by mpirun, which ends with 1 after TERM, but passes USR2 on.
  const bool hard = signal == SIGTERM || signal == SIGINT || signal == SIGUSR2;
  const int request = static_cast<int>(hard ? StopRequest::hard : StopRequest::soft);
  if (request > requested) requested = request;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGUSR1, SIGXCPU, SIGTERM, SIGINT, SIGUSR2}) sigaction(signal, &action, nullptr);
}

StopRequest stop_requested() noexcept {
  return static_cast<StopRequest>(static_cast<int>(requested));
}

}  // namespace ohmcarlo
