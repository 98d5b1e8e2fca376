#pragma once
// Whether somebody is looking.

namespace ohmcarlo {

/// True if standard error is a terminal, or if it goes to the terminal of an `mpirun` that is this process's parent.
[[nodiscard]] bool shows_on_terminal();

}  // namespace ohmcarlo
