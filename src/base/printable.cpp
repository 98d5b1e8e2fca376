#include "base/printable.hpp"

#include <algorithm>

namespace ohmcarlo {

std::string printable(std::string_view text, std::size_t longest) {
  std::string shown(text.substr(0, longest));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > longest ? shown + "..." : shown;
}

}  // namespace ohmcarlo
