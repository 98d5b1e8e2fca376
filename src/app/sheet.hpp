#pragma once
// Rows of values as text: for people, for spreadsheets (csv) and for programs (json).

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "records/results.hpp"

namespace ohmcarlo {

enum class TableFormat { table, csv, json };

/// The format of --format WORD. Throws BadUsage with what is allowed.
[[nodiscard]] TableFormat parse_format(const std::string& word);

using Cell = std::variant<std::string, double, std::int64_t, bool>;

/// Named columns; every row has a cell for each.
struct Sheet {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

[[nodiscard]] Cell to_cell(const AxisValue& value);
[[nodiscard]] Cell to_cell(std::size_t count);

/// A line of names, then a line a row. Numbers have all their digits, or are "nan" or "inf".
[[nodiscard]] std::string to_csv(const Sheet& sheet);

/// An object: the name, the hash and the status of the experiment, then what `head` says, then the list `name` with an
/// object for every row. Numbers that are not finite are null.
[[nodiscard]] std::string to_json(const Results& results, const std::vector<std::pair<std::string, Cell>>& head,
                                  const std::string& name, const Sheet& sheet);

/// The rows as lines, every column as wide as its widest cell, aligned to the right.
[[nodiscard]] std::string align_columns(const std::vector<std::vector<std::string>>& rows);

/// The last part of a key, which tables show: "sigma" of hardware.variation.sigma.
[[nodiscard]] std::string last_part(const std::string& key);

/// What stands in csv for a text, and in json for a text and a number: quoted where needed, null if not finite.
[[nodiscard]] std::string csv_text(const std::string& text);
[[nodiscard]] std::string json_text(const std::string& text);
[[nodiscard]] std::string json_number(double value);

}  // namespace ohmcarlo
