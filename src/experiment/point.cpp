#include "experiment/point.hpp"

#include <fmt/format.h>

namespace ohmcarlo {

std::string Point::label(const Shape& shape) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& key = shape.axes[i].key;
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", key.substr(key.rfind('.') + 1), to_text(values[i]));
  }
  return text.empty() ? "the only point" : text;
}

}  // namespace ohmcarlo
