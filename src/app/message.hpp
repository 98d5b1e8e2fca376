#pragma once
// What the program says of itself on stderr.

#include <string>

namespace ohmcarlo {

/// "ohmcarlo: TEXT", one line of stderr, whatever the text holds: it may echo what a user or a file said.
void print_error(const std::string& text);

/// "warning: TEXT", one line of stderr.
void print_warning(const std::string& text);

}  // namespace ohmcarlo
