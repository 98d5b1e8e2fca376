#include "app/sheet.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

std::string csv_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return csv_text(*text);
  return std::visit([]<class T>(const T& value) { return fmt::format("{}", value); }, cell);
}

std::string json_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json_text(*text);
  if (const auto* number = std::get_if<double>(&cell)) return json_number(*number);
  return std::visit([]<class T>(const T& value) { return fmt::format("{}", value); }, cell);
}

}  // namespace

TableFormat parse_format(const std::string& word) {
  if (word == "table") return TableFormat::table;
  if (word == "csv") return TableFormat::csv;
  if (word == "json") return TableFormat::json;
  fail_usage("--format {}: unknown (allowed: table, csv, json)", word);
}

Cell to_cell(const AxisValue& value) {
  return std::visit([](const auto& concrete) { return Cell(concrete); }, value);
}

Cell to_cell(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

std::string csv_text(const std::string& text) {
  return text.find_first_of(",\"") == std::string::npos ? text : "\"" + text + "\"";
}

std::string json_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "\"" + escaped + "\"";
}

std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string last_part(const std::string& key) {
  return key.substr(key.rfind('.') + 1);
}

std::string to_csv(const Sheet& sheet) {
  std::string text = fmt::format("{}\n", fmt::join(sheet.columns, ","));
  for (const std::vector<Cell>& row : sheet.rows) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(csv_cell(cell));
    text += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return text;
}

std::string to_json(const Results& results, const std::vector<std::pair<std::string, Cell>>& head,
                    const std::string& name, const Sheet& sheet) {
  std::string text = fmt::format("{{\n  \"experiment\": {},\n  \"hash\": \"{}\",\n  \"status\": \"{}\",\n",
                                 json_text(results.name), results.hash, to_text(results.status));
  for (const auto& [key, cell] : head) text += fmt::format("  {}: {},\n", json_text(key), json_cell(cell));
  std::vector<std::string> rows;
  for (const std::vector<Cell>& row : sheet.rows) {
    std::vector<std::string> members;
    for (std::size_t i = 0; i < row.size(); ++i)
      members.push_back(fmt::format("{}: {}", json_text(sheet.columns[i]), json_cell(row[i])));
    rows.push_back(fmt::format("    {{{}}}", fmt::join(members, ", ")));
  }
  return text + fmt::format("  {}: [\n{}\n  ]\n}}\n", json_text(name), fmt::join(rows, ",\n"));
}

std::string align_columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:>{}}  ", row[i], widths[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace ohmcarlo
