#pragma once
// How long a run takes, for ratios of times.

#include <algorithm>
#include <ctime>

namespace ohmcarlo {

/// Processor time of this thread: other programs on the machine do not count.
inline double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The shorter one of `so_far` and the seconds that `run` takes.
template <class Run>
double shortest(double so_far, Run run) {
  const double start = seconds();
  run();
  return std::min(so_far, seconds() - start);
}

}  // namespace ohmcarlo
