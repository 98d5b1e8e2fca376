#include "experiment/point.hpp"

#include <fmt/format.h>

namespace ohmcarlo {

std::string Point::label(const Shape& shape) const {
  const std::string text = label(shape, std::vector<bool>(values.size(), true));
  return text.empty() ? "the only point" : text;
}

std::string Point::label(const Shape& shape, const std::vector<bool>& axes) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!axes[i]) continue;
    const std::string& key = shape.axes[i].key;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key.substr(key.rfind('.') + 1), to_text(values[i]));
  }
  return text;
}

}  // namespace ohmcarlo
