#include "app/ranks.hpp"

#include <string>
#include <thread>

#include "app/message.hpp"
#include "base/error.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {

int share_work(Communicator& communicator, const Tasks& tasks, const Clock& clock,
               const std::function<ExitCode(LocalLine&)>& manage) {
  if (communicator.rank() != 0) {
    use_one_thread();
    RankPort port(communicator);
    return run_worker(port, tasks, clock);
  }
  LocalLine line;
  std::thread worker([&] {
    use_one_thread();
    (void)run_worker(line, tasks, clock);
  });
  ExitCode code = ExitCode::failed;
  std::string failure;
  try {
    code = manage(line);
  } catch (const std::exception& error) {
    code = exit_code_of(error);
    failure = error.what();
    JobHub hub(communicator, line);
    dismiss(hub, static_cast<int>(code));
  }
  worker.join();
  if (!failure.empty()) print_error(failure);
  return static_cast<int>(code);
}

int run_under_mpi(int argc, char** argv, const std::function<int(Communicator&, const Clock&)>& command) {
  const Clock clock = steady_clock();
  Communicator communicator(argc, argv);
  try {
    return command(communicator, clock);
  } catch (const Error& error) {
    if (communicator.rank() == 0) print_error(error.what());
    return static_cast<int>(exit_code_of(error));
  }
}

}  // namespace ohmcarlo
