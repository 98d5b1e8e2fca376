#pragma once
// What a file says, as part of a message.

#include <string>
#include <string_view>

namespace ohmcarlo {

/// The text on one line: printable, and cut with "..." after `longest` characters.
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 80);

/// A message as it may appear on a terminal: control characters, and bytes that are no UTF-8, as "\x1b", line feeds as
/// spaces; of more than `longest` bytes the first two thirds and the last third of that, with "..." between them.
/// Letters stay whole.
[[nodiscard]] std::string message_line(std::string_view text, std::size_t longest = 3000);

}  // namespace ohmcarlo
