#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/key_text.hpp"
#include "config/keys.hpp"

namespace ohmcarlo {
namespace {

std::string json_quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + '"';
}

/// "minimum": 0, "maximum": 10 of a key with a range.
std::string limits(const Key& key) {
  if (!key.is_limited()) return "";
  if (key.low == Key::kAboveZero) return fmt::format(R"(, "exclusiveMinimum": 0, "maximum": {})", key.high);
  return fmt::format(R"(, "minimum": {}, "maximum": {})", key.low, key.high);
}

std::string words_of(const Key& key) {
  std::vector<std::string> words;
  for (const std::string_view word : key.words) words.push_back(json_quoted(word));
  return fmt::format(R"("enum": [{}])", fmt::join(words, ", "));
}

/// What a value of the key is, its words aside.
std::string type_of(const Key& key) {
  switch (key.type) {
    case KeyType::boolean:
      return R"("type": "boolean")";
    case KeyType::integer:
      return R"("type": "integer")" + limits(key);
    case KeyType::real:
      return R"("type": "number")" + limits(key);
    case KeyType::text:
      return key.words.empty() ? R"("type": "string")" : words_of(key);
    case KeyType::integer_list:
      return fmt::format(R"("type": "array", "items": {{"type": "integer"{}}})", limits(key));
    case KeyType::real_list:
      return fmt::format(R"("type": "array", "items": {{"type": "number"{}}}, "minItems": {}, "maxItems": {})",
                         limits(key), key.length, key.length);
    case KeyType::text_list:
      return R"("type": "array", "items": {"type": "string"})";
    case KeyType::settings:
      return R"("type": "object", "minProperties": 1)";
    case KeyType::mean_and_sd:
      return R"("type": "object", "additionalProperties": false, "required": ["mean", "sd"], "properties": )"
             R"({"mean": {"type": "array", "items": {"type": "number"}, "minItems": 1}, )"
             R"("sd": {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}, "minItems": 1}})";
  }
  throw std::logic_error("internal error: unknown type of key");
}

std::string value_schema(const Key& key) {
  if (key.type == KeyType::text || key.words.empty()) return type_of(key);
  return fmt::format(R"("anyOf": [{{{}}}, {{{}}}])", words_of(key), type_of(key));
}

std::string fixed_schema(const Key& key) {
  return fmt::format(R"({{{}, "description": {}{}{}}})", value_schema(key), json_quoted(key.help),
                     key.fallback.empty() ? "" : R"(, "default": )", key.fallback);
}

/// The values of a swept key: a list, or of numbers a range.
std::string swept_schema(const Key& key) {
  const std::string list =
      fmt::format(R"({{"type": "array", "items": {{{}}}, "minItems": 1, "uniqueItems": true}})", value_schema(key));
  const std::string help = fmt::format(R"("description": {})", json_quoted(key.help));
  if (key.type != KeyType::integer && key.type != KeyType::real)
    return fmt::format(R"({{"allOf": [{}], {}}})", list, help);
  return fmt::format(R"({{"anyOf": [{}, {{"$ref": "#/definitions/range"}}], {}}})", list, help);
}

/// A table of the experiment file: what stands in it by name, in the order of documentation.
class SchemaTable {
 public:
  /// Puts a schema at a dotted path, in tables within tables.
  void add(std::string_view path, std::string schema) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos)
      add_entry(std::string(path), std::move(schema));
    else
      inner(path.substr(0, dot)).add(path.substr(dot + 1), std::move(schema));
  }

  /// Puts a schema under a name that may hold dots.
  void add_entry(std::string name, std::string schema) { entries_.emplace_back(std::move(name), std::move(schema)); }

  [[nodiscard]] std::string json(const std::string& indent) const {
    std::vector<std::string> lines;
    for (const auto& [name, schema] : entries_)
      lines.push_back(fmt::format("{}  {}: {}", indent, json_quoted(name), schema));
    for (const auto& [name, table] : tables_)
      lines.push_back(fmt::format("{}  {}: {}", indent, json_quoted(name), table.json(indent + "  ")));
    return fmt::format("{{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {{\n{}\n{}}}}}",
                       fmt::join(lines, ",\n"), indent);
  }

 private:
  SchemaTable& inner(std::string_view name) {
    const auto found = std::ranges::find(tables_, name, &std::pair<std::string, SchemaTable>::first);
    return found != tables_.end() ? found->second : tables_.emplace_back(std::string(name), SchemaTable()).second;
  }

  std::vector<std::pair<std::string, std::string>> entries_;
  std::vector<std::pair<std::string, SchemaTable>> tables_;
};

}  // namespace

std::string keys_as_json_schema() {
  SchemaTable root, sweep;
  for (const Key& key : all_keys()) {
    root.add(key.path, fixed_schema(key));
    if (!key.sweepable) continue;
    sweep.add(key.path, swept_schema(key));
    sweep.add_entry(std::string(key.path), swept_schema(key));  // the name in quotes
  }
  root.add_entry("sweep", sweep.json("  "));
  const std::string tables = root.json("");
  return fmt::format(R"({{"$schema": "http://json-schema.org/draft-07/schema#",
"title": "An experiment of ohmcarlo",
"definitions": {{"range": {{"anyOf": [
  {{"type": "object", "additionalProperties": false, "required": ["start", "stop", "step"],
  "properties": {{"start": {{"type": "number"}}, "stop": {{"type": "number"}}, "step": {{"type": "number"}}}}}},
  {{"type": "object", "additionalProperties": false, "required": ["start", "stop", "per_decade"],
  "properties": {{"start": {{"type": "number"}}, "stop": {{"type": "number"}},
    "per_decade": {{"type": "integer", "minimum": 1, "maximum": 100}}, "also": {{"type": "array"}}}}}}]}}}},
{}
)",
                     std::string_view(tables).substr(1));
}

}  // namespace ohmcarlo
