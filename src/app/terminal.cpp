#include "app/terminal.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/core.h>
#include <unistd.h>

namespace ohmcarlo {

bool shows_on_terminal() {
  if (::isatty(STDERR_FILENO) == 1) return true;
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr) return false;
  std::array<char, 64> target{};
  const std::string link = fmt::format("/proc/{}/fd/{}", ::getppid(), STDERR_FILENO);
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  const std::string_view device(target.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
  return device.starts_with("/dev/pts/") || device.starts_with("/dev/tty");
}

}  // namespace ohmcarlo
