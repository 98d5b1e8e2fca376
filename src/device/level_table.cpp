#include "device/level_table.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>

#include "base/error.hpp"
#include "base/fields.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kColumns = 3;
constexpr std::size_t kLongestLine = 1000;  // a line of three numbers, comment included; a longer one is no such file

bool is_text(std::string_view line) {
  for (const char c : line) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r') return false;
  }
  return true;
}

template <class Number>
bool parse(std::string_view field, Number& number) {
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

/// Where in which file, for messages.
struct Place {
  const std::string& path;
  int line;
};

/// What the file says in a field, short enough for a message and without bytes that are no letters anywhere.
std::string quoted(std::string_view field) {
  constexpr std::size_t kShown = 40;
  std::string shown(field.substr(0, kShown));
  for (char& c : shown) c = static_cast<unsigned char>(c) < 0x7F ? c : '?';
  return fmt::format("'{}{}'", shown, field.size() > kShown ? "..." : "");
}

double siemens(const Place& place, const char* column, std::string_view field) {
  double value = 0;
  if (!parse(field, value) || !std::isfinite(value) || value < 0) {
    fail_data("{}:{}: {} is {}; it must be a number of siemens, 0 or more", place.path, place.line, column,
              quoted(field));
  }
  return value;
}

std::ifstream open(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail_data("{}: no such file", path);
  if (std::filesystem::is_directory(status)) fail_data("{}: is a directory, not a file", path);
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_data("{}: cannot be opened", path);
  return file;
}

/// The next line without its end; false after the last. Never holds more than kLongestLine characters.
bool next_line(std::ifstream& file, const Place& place, std::string& line) {
  std::array<char, kLongestLine + 2> buffer;
  file.getline(buffer.data(), buffer.size());
  if (file.bad()) fail_data("{}: cannot be read", place.path);
  if (file.gcount() == 0) return false;
  if (file.fail()) {
    fail_data("{}:{}: the line has more than {} characters; this is no table of levels", place.path, place.line,
              kLongestLine);
  }
  // gcount counts the end of the line, unless the file ends without one.
  line.assign(buffer.data(), static_cast<std::size_t>(file.gcount()) - (file.eof() ? 0 : 1));
  if (!is_text(line)) fail_data("{}:{}: is not text; this is no table of levels", place.path, place.line);
  return true;
}

}  // namespace

LevelTable read_level_table(const std::string& path, int top) {
  const auto levels = static_cast<std::size_t>(top) + 1;
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  LevelTable table{.mean = std::vector<double>(levels, kMissing), .sd = std::vector<double>(levels, kMissing)};
  std::ifstream file = open(path);
  std::string line;
  bool header_allowed = true;
  bool empty = true;
  for (Place place{.path = path, .line = 1}; next_line(file, place, line); ++place.line) {
    std::string_view text = line;
    if (place.line == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as spreadsheets write it
    text = trimmed(text.substr(0, text.find('#')));
    if (text.empty()) continue;
    empty = false;
    const std::vector<std::string_view> fields = fields_of(text);
    if (fields.size() != kColumns) {
      fail_data("{}:{}: the line has {} columns; it must have the three level, mean, sd", path, place.line,
                fields.size());
    }
    const bool header = fields[0] == "level" && fields[1] == "mean" && fields[2] == "sd";
    if (header && header_allowed) {
      header_allowed = false;
      continue;
    }
    header_allowed = false;
    int level = 0;
    if (!parse(fields[0], level) || level < 0 || level > top) {
      fail_data("{}:{}: level is {}; it must be a whole number from 0 to {}", path, place.line, quoted(fields[0]), top);
    }
    const auto row = static_cast<std::size_t>(level);
    if (!std::isnan(table.mean[row])) {
      fail_data("{}:{}: level {} for the second time; each must come once", path, place.line, level);
    }
    table.mean[row] = siemens(place, "mean", fields[1]);
    table.sd[row] = siemens(place, "sd", fields[2]);
  }
  if (empty) fail_data("{}: the file is empty; it must have a line level,mean,sd for each level 0 to {}", path, top);
  for (std::size_t level = 0; level < levels; ++level) {
    if (std::isnan(table.mean[level])) {
      fail_data("{}: level {} is missing; there must be a line for each level 0 to {}", path, level, top);
    }
  }
  return table;
}

}  // namespace ohmcarlo
