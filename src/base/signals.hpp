#pragma once
// Requests to stop, as signals deliver them.

namespace ohmcarlo {

enum class StopRequest : int {
  none = 0,
  soft = 1,  ///< USR1, XCPU: finish what is running, save, stop, to be resumed
  hard = 2,  ///< TERM, INT, USR2: save at once what is finished and stop, to be resumed
};

/// Installs the handlers, which set a flag and nothing more. Call first in main, before MPI starts.
void install_signal_handlers();

/// The strongest request that has come so far.
[[nodiscard]] StopRequest stop_requested() noexcept;

}  // namespace ohmcarlo
