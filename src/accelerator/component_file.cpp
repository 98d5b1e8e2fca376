// Component tables from files.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/ranges.h>

#include "accelerator/components.hpp"
#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kShown = 40;  ///< characters of a bad field in a message
constexpr std::array<std::string_view, 5> kColumns = {"name", "unit", "power_mW", "area_mm2", "cycles_or_ns"};

/// Where in which file, for messages.
struct Place {
  const std::string& path;
  std::size_t line;
};

/// A finite number of 0 or more.
double number(const Place& place, std::size_t column, std::string_view field) {
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || !std::isfinite(value) || value < 0)
    fail_data("{}:{}: {} is '{}' (allowed: a number, 0 or more)", place.path, place.line, kColumns[column],
              printable(field, kShown));
  return value;
}

std::size_t component_named(const Place& place, std::string_view name) {
  const auto& words = component_words();
  const auto found = std::ranges::find(words, name, &ComponentWord::name);
  if (found == words.end()) {
    std::vector<std::string_view> names;
    for (const ComponentWord& word : words) names.push_back(word.name);
    fail_data("{}:{}: '{}' is no component (allowed: {})", place.path, place.line, printable(name, kShown),
              fmt::join(names, ", "));
  }
  return static_cast<std::size_t>(found - words.begin());
}

void check_header(const Place& place, const std::vector<std::string_view>& fields) {
  if (!std::ranges::equal(fields, kColumns))
    fail_data("{}:{}: the first line must be '{}'", place.path, place.line, fmt::join(kColumns, ", "));
}

/// The component of one line and what the line says of it.
std::size_t read_line(const Place& place, const std::vector<std::string_view>& fields, ComponentTable& table) {
  if (fields.size() != kColumns.size())
    fail_data("{}:{}: {} fields (allowed: {}, as the first line names them)", place.path, place.line, fields.size(),
              kColumns.size());
  const std::size_t component = component_named(place, fields[0]);
  const ComponentWord& word = component_words()[component];
  if (fields[1] != word.unit)
    fail_data("{}:{}: the unit of '{}' is '{}' (allowed: {})", place.path, place.line, word.name,
              printable(fields[1], kShown), word.unit);
  table.costs[component] = {number(place, 2, fields[2]), number(place, 3, fields[3])};
  const double time = number(place, 4, fields[4]);
  if (component == static_cast<std::size_t>(Component::crossbar)) {
    if (time == 0)
      fail_data("{}:{}: a crossbar is read in '{}' ns (allowed: above 0)", place.path, place.line,
                printable(fields[4], kShown));
    table.read_ns = time;
  } else if (time != 1) {
    fail_data("{}:{}: '{}' takes '{}' cycles (allowed: 1; a time is read of the crossbar alone)", place.path,
              place.line, word.name, printable(fields[4], kShown));
  }
  return component;
}

}  // namespace

ComponentTable read_component_table(const std::string& path) {
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) fail_data("{}: no such file", path);
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) fail_data("{}: cannot be read as a file", path);
  ComponentTable table;
  std::array<bool, kComponents> seen{};
  bool header = false;
  std::string line;
  Place place{path, 0};
  while (std::getline(file, line)) {
    ++place.line;
    std::string_view text = line;
    if (place.line == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as spreadsheets write it
    text = trimmed(text.substr(0, text.find('#')));
    if (text.empty()) continue;
    if (!header) {
      check_header(place, fields_of(text));
      header = true;
      continue;
    }
    const std::size_t component = read_line(place, fields_of(text), table);
    if (seen[component]) fail_data("{}:{}: '{}' is there twice", path, place.line, component_words()[component].name);
    seen[component] = true;
  }
  if (file.bad()) fail_data("{}: cannot be read to its end", path);
  for (std::size_t i = 0; i < kComponents; ++i)
    if (!seen[i]) fail_data("{}:{}: the file ends without '{}'", path, place.line, component_words()[i].name);
  return table;
}

}  // namespace ohmcarlo
