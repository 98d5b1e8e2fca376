#pragma once
// Names from a file as parts of a message; private to exchange/.

#include <string>
#include <string_view>

namespace ohmcarlo {

/// The text on one line: printable, and not long.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace ohmcarlo
