#include "app/message.hpp"

#include <fmt/core.h>

#include "base/printable.hpp"

namespace ohmcarlo {

void print_error(const std::string& text) {
  fmt::print(stderr, "ohmcarlo: {}\n", message_line(text));
}

void print_warning(const std::string& text) {
  fmt::print(stderr, "warning: {}\n", message_line(text));
}

}  // namespace ohmcarlo
