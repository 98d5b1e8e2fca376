#include "config/value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ohmcarlo {
namespace {

struct TomlWriter {
  std::string operator()(bool x) const { return x ? "true" : "false"; }
  std::string operator()(std::int64_t x) const { return fmt::format("{}", x); }
  std::string operator()(double x) const { return fmt::format("{}", x); }
  std::string operator()(const std::string& x) const { return fmt::format("\"{}\"", x); }
  std::string operator()(const std::vector<std::int64_t>& x) const { return fmt::format("[{}]", fmt::join(x, ", ")); }
  std::string operator()(const std::vector<double>& x) const { return fmt::format("[{}]", fmt::join(x, ", ")); }
  std::string operator()(const std::vector<std::string>& x) const {
    return x.empty() ? "[]" : fmt::format("[\"{}\"]", fmt::join(x, "\", \""));
  }
  std::string operator()(const Settings& x) const {
    std::string text;
    for (const auto& [path, value] : x) text += fmt::format("{}\"{}\" = {}", text.empty() ? "" : ", ", path, value);
    return "{ " + text + " }";
  }
  std::string operator()(const MeanAndSd& x) const {
    return fmt::format("{{ mean = {}, sd = {} }}", (*this)(x.mean), (*this)(x.sd));
  }
};

}  // namespace

std::string to_toml(const Value& value) {
  return std::visit(TomlWriter{}, value);
}

RecordedValue record_value(std::string_view path, const Value& value) {
  return {value, fmt::format("{} = {}\n", path, to_toml(value))};
}

}  // namespace ohmcarlo
