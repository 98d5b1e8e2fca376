#pragma once
// What a file says, as part of a message.

#include <string>
#include <string_view>

namespace ohmcarlo {

/// The text on one line: printable, and cut with "..." after `longest` characters.
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 80);

}  // namespace ohmcarlo
