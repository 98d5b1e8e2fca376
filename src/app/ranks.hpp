#pragma once
// How the processes of a job share its work: rank 0 manages, and works in a thread of its own; all others work.

#include <functional>

#include "app/exit_code.hpp"
#include "base/clock.hpp"
#include "schedule/ports.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// Collective. Does `tasks` on every rank for as long as `manage` hands them out, on rank 0, to the other ranks and to
/// the worker at the end of this line. Returns the exit status that `manage` dismissed them with; what it throws is
/// printed, and ends in the status of its type.
[[nodiscard]] int share_work(Communicator& communicator, const Tasks& tasks, const Clock& clock,
                             const std::function<ExitCode(LocalLine&)>& manage);

/// Runs a command under MPI; an Error that it throws on all ranks is printed once.
[[nodiscard]] int run_under_mpi(int argc, char** argv, const std::function<int(Communicator&, const Clock&)>& command);

}  // namespace ohmcarlo
