#pragma once
// Checked values of keys.

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace ohmcarlo {

/// Values of other keys, as TOML writes them, by path.
using Settings = std::map<std::string, std::string>;

/// The table { mean = [...], sd = [...] }: as many standard deviations as means.
struct MeanAndSd {
  std::vector<double> mean, sd;
  friend auto operator<=>(const MeanAndSd&, const MeanAndSd&) = default;
};

/// A checked value of a key.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                           std::vector<std::string>, Settings, MeanAndSd>;

/// The value as TOML writes it, numbers in the shortest form that reads back the same.
[[nodiscard]] std::string to_toml(const Value& value);

/// A value with the line that records it: "key = value" and a line feed. The line is made once, since identities of a
/// million points are made of such lines.
struct RecordedValue {
  Value value;
  std::string line;
};

/// `value` of the key at `path`, with its line.
[[nodiscard]] RecordedValue record_value(std::string_view path, const Value& value);

}  // namespace ohmcarlo
