#include "base/printable.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ohmcarlo {

std::string printable(std::string_view text, std::size_t longest) {
  std::string shown(text.substr(0, longest));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > longest ? shown + "..." : shown;
}

namespace {

/// The bytes of the letter of UTF-8 that the text begins with; 0 if it begins with none, or with a control character.
std::size_t letter_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0 : 1;
  const std::size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  for (const char c : text.substr(1, size - 1))
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) return 0;
  const bool is_control = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return is_control ? 0 : size;
}

std::string escaped(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t size = letter_size(text);
    if (size > 0)
      line += text.substr(0, size);
    else
      line += text[0] == '\n' ? " " : fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return line;
}

}  // namespace

std::string message_line(std::string_view text, std::size_t longest) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() <= longest) return escaped(text);
  const auto is_inside_letter = [&](std::size_t place) {
    return place < text.size() && (static_cast<unsigned char>(text[place]) & 0xC0) == 0x80;
  };
  std::size_t head = longest * 2 / 3, tail = text.size() - longest / 3;
  while (head > 0 && is_inside_letter(head)) --head;
  while (is_inside_letter(tail)) ++tail;
  return escaped(text.substr(0, head)) + "..." + escaped(text.substr(tail));
}

}  // namespace ohmcarlo
