// What handing out work costs. Run by hand, alone or under mpirun:
//
//   mpirun --bind-to none -n 2 bench_schedule      microseconds for an item of one unit that does nothing
//   taskset -c 0 bench_schedule share              what trials lose to the manager on the core that both share

#include <cmath>
#include <cstring>
#include <ctime>
#include <thread>

#include <fmt/core.h>

#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "schedule/worker.hpp"

namespace ohmcarlo {
namespace {

/// `count` lots of one unit each: every item is one unit.
Work single_units(std::size_t count) {
  Work work{.trained = {true}, .lots = {}};
  for (std::size_t i = 0; i < count; ++i) work.lots.push_back({.model = 0, .units = {0}});
  return work;
}

double manage_alone(JobHub& hub, const Work& work, const Clock& clock) {
  std::size_t bytes = 0;
  const Observer observer{[](std::uint32_t, const std::string&) {},
                          [&](std::uint32_t, const UnitResult& result) {
                            bytes += result.payload.size();
                            return std::vector<LotNeed>();
                          },
                          {},
                          [](const WorkQueue&) {}};
  const double start = clock();
  (void)manage(hub, work, observer, {}, clock, [] { return StopRequest::none; });
  return clock() - start;
}

/// Some 1.5 milliseconds of arithmetic.
double compute() {
  double x = 1;
  for (int i = 0; i < 200000; ++i) x = std::sqrt(x + i);
  return x;
}

/// Seconds for so many units of that, one after the other.
double alone(std::size_t units, const Clock& clock) {
  const double start = clock();
  volatile double sink = 0;
  for (std::size_t i = 0; i < units; ++i) sink = sink + compute();
  return clock() - start;
}

/// Seconds of the processor that the calling thread has had.
double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

int run(int argc, char** argv) {
  const Clock clock = steady_clock();
  Communicator communicator(argc, argv);
  const bool shares = argc > 1 && std::strcmp(argv[1], "share") == 0;
  const Tasks tasks{[](std::uint32_t, const Poll&, const Say&) { return std::string(); },
                    [shares](std::uint32_t, std::uint32_t, const Poll& poll) {
                      if (shares && compute() < 0) return std::string();
                      poll();
                      return std::string(32, 'x');
                    }};
  if (communicator.rank() != 0) {
    RankPort port(communicator);
    return run_worker(port, tasks, clock);
  }
  LocalLine line;
  std::thread worker([&] { (void)run_worker(line, tasks, clock); });
  JobHub hub(communicator, line);
  if (shares) {
    constexpr std::size_t kUnits = 2000;
    Work work{.trained = {true}, .lots = {{.model = 0, .units = {}}}};
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) work.lots[0].units.push_back(unit);
    for (int i = 0; i < 3; ++i) {
      const double before = alone(kUnits, clock), begun = processor_time(), managed = manage_alone(hub, work, clock),
                   manager = processor_time() - begun, after = alone(kUnits, clock);
      fmt::print(
          "{:.3f} s managed, {:.3f} and {:.3f} s alone: {:+.2f} %, of which the manager's thread takes {:.2f} %\n",
          managed, before, after, 100 * (2 * managed / (before + after) - 1), 100 * manager / managed);
    }
  } else {
    constexpr std::size_t kItems = 200000;
    for (int i = 0; i < 3; ++i)
      fmt::print("{} ranks: {:.1f} us an item\n", communicator.size(),
                 1e6 * manage_alone(hub, single_units(kItems), clock) / kItems);
  }
  dismiss(hub, 0);
  worker.join();
  return 0;
}

}  // namespace
}  // namespace ohmcarlo

int main(int argc, char** argv) {
  return ohmcarlo::run(argc, argv);
}
