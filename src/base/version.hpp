#pragma once
// Which build this is.

#include <string>

namespace ohmcarlo {

/// "0.1.0"
[[nodiscard]] const char* version();
/// The commit the program was built from, with "+" appended if files were changed since; "unknown" outside a checkout.
[[nodiscard]] const char* git_commit();
/// Compiler, build type and base instruction set.
[[nodiscard]] const char* build_description();

}  // namespace ohmcarlo
