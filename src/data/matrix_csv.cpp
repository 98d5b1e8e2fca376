#include "data/matrix_csv.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kShown = 40;  ///< characters of a bad field in a message

double number(const std::string& path, std::size_t line, std::string_view field) {
  double value = 0;
  const std::string_view digits = field.starts_with('+') && !field.starts_with("+-") ? field.substr(1) : field;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
    fail_data("{}:{}: '{}' is not a finite number", path, line, printable(field, kShown));
  if (std::fabs(value) > std::numeric_limits<float>::max())
    fail_data("{}:{}: '{}' is too large (allowed: up to {:.3g})", path, line, printable(field, kShown),
              std::numeric_limits<float>::max());
  return value;
}

}  // namespace

CsvMatrix read_matrix_csv(const std::string& path) {
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) fail_data("{}: no such file", path);
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) fail_data("{}: cannot be read as a file", path);
  CsvMatrix matrix;
  std::string line;
  for (std::size_t at = 1; std::getline(file, line); ++at) {
    std::string_view text = line;
    if (at == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as spreadsheets write it
    text = trimmed(text.substr(0, text.find('#')));
    if (text.empty()) continue;
    std::size_t columns = 0;
    for (bool more = true; more; ++columns) {
      const std::size_t comma = text.find(',');
      matrix.values.push_back(number(path, at, trimmed(text.substr(0, comma))));
      more = comma != std::string_view::npos;
      if (more) text.remove_prefix(comma + 1);
    }
    if (matrix.rows > 0 && columns != matrix.columns)
      fail_data("{}:{}: {} numbers in this line, {} in the first one", path, at, columns, matrix.columns);
    matrix.columns = columns;
    ++matrix.rows;
  }
  if (file.bad()) fail_data("{}: cannot be read to its end", path);
  if (matrix.rows == 0) fail_data("{}: there are no numbers in this file", path);
  return matrix;
}

}  // namespace ohmcarlo
