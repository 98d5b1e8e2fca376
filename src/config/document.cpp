// TOML -> Document: the only place that sees the TOML library.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/error.hpp"
#include "config/range.hpp"
#include "config/settings.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMaxAxisValues = 100000;

/// Where a node stands: "file:line", or "--set" for overrides.
struct Place {
  std::string file;
  [[nodiscard]] std::string of(const toml::node& node) const {
    const auto line = node.source().begin.line;
    return line == 0 ? file : fmt::format("{}:{}", file, line);
  }
};

const Key& known_key(const std::string& path, const std::string& where) {
  const Key* key = find_key(path);
  if (key == nullptr) fail_usage("{}: unknown key '{}' (did you mean '{}'?)", where, path, nearest_key(path));
  return *key;
}

[[noreturn]] void refuse(const Key& key, const std::string& given, const std::string& where) {
  fail_usage("{}: '{}' is {} (allowed: {})", where, key.path, given, key.allowed());
}

std::string describe(const toml::node& node) {
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  std::ostringstream text;
  node.visit([&](const auto& concrete) {
    if constexpr (toml::is_table<decltype(concrete)>)
      text << "a table";
    else if constexpr (toml::is_array<decltype(concrete)>)
      text << concrete;
    else
      text << toml::node_view<const toml::node>(&node);
  });
  std::string line = text.str();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line.size() > 60 ? line.substr(0, 57) + "..." : line;
}

bool in_range(const Key& key, double number) {
  return std::isfinite(number) && ((key.low == 0 && key.high == 0) || (number >= key.low && number <= key.high));
}

std::int64_t whole_number(const Key& key, const toml::node& node, const std::string& where) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || !in_range(key, static_cast<double>(*number))) refuse(key, describe(node), where);
  return *number;
}

bool is_list(KeyType type) {
  return type == KeyType::integer_list || type == KeyType::real_list || type == KeyType::text_list;
}

/// Whether a text can be written in quotes as it is.
bool is_plain(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c == '"' || c == '\\' || c < 0x20 || c == 0x7F; });
}

Value convert(const Key& key, const toml::node& node, const std::string& where);

/// Checked values of other keys; names may be dotted or quoted.
void read_settings(const toml::table& table, const std::string& prefix, const std::string& where, Settings& found) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && find_key(path) == nullptr)
      read_settings(*inner, path + ".", where, found);
    else
      found[path] = to_toml(convert(known_key(path, where), node, where));
  }
}

Value convert(const Key& key, const toml::node& node, const std::string& where) {
  if (const auto word = node.value_exact<std::string>()) {
    const bool listed = std::find(key.words.begin(), key.words.end(), *word) != key.words.end();
    if (listed || (key.type == KeyType::text && key.words.empty() && is_plain(*word))) return *word;
    refuse(key, describe(node), where);
  }
  switch (key.type) {
    case KeyType::boolean:
      if (const auto truth = node.value_exact<bool>()) return *truth;
      break;
    case KeyType::integer:
      return whole_number(key, node, where);
    case KeyType::real:
      if (node.is_number()) {
        const double number = *node.value<double>();
        if (in_range(key, number)) return number;
      }
      break;
    case KeyType::integer_list:
      if (const toml::array* list = node.as_array()) {
        std::vector<std::int64_t> numbers;
        for (const toml::node& item : *list) numbers.push_back(whole_number(key, item, where));
        return numbers;
      }
      break;
    case KeyType::real_list:
      if (const toml::array* list = node.as_array(); list != nullptr && list->size() == key.length) {
        std::vector<double> numbers;
        for (const toml::node& item : *list) {
          if (!item.is_number() || !in_range(key, *item.value<double>())) refuse(key, describe(item), where);
          numbers.push_back(*item.value<double>());
        }
        return numbers;
      }
      break;
    case KeyType::text_list:
      if (const toml::array* list = node.as_array()) {
        std::vector<std::string> texts;
        for (const toml::node& item : *list) {
          const auto text = item.value_exact<std::string>();
          if (!text || !is_plain(*text)) refuse(key, describe(item), where);
          texts.push_back(*text);
        }
        return texts;
      }
      break;
    case KeyType::settings:
      if (const toml::table* table = node.as_table(); table != nullptr && !table->empty()) {
        Settings settings;
        read_settings(*table, "", where, settings);
        return settings;
      }
      break;
    case KeyType::text:
      break;
  }
  refuse(key, describe(node), where);
}

/// The values of a swept key: a list, or { start, stop, step }.
std::vector<Value> convert_sweep(const Key& key, const toml::node& node, const std::string& where) {
  if (!key.sweepable) fail_usage("{}: '{}' cannot be swept", where, key.path);
  std::vector<Value> values;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) values.push_back(convert(key, item, where));
  } else if (const toml::table* range = node.as_table()) {
    const bool numeric = key.type == KeyType::real || key.type == KeyType::integer;
    const auto part = [&](const char* name) {
      const auto number = (*range)[name].value<double>();
      if (!numeric || range->size() != 3 || !number)
        fail_usage("{}: the sweep of '{}' needs a list of values, or numbers {{ start, stop, step }}", where, key.path);
      return *number;
    };
    const double start = part("start");
    const double stop = part("stop");
    const double step = part("step");
    for (const double number :
         decimal_range(start, stop, step, kMaxAxisValues, fmt::format("{}: '{}'", where, key.path))) {
      if (key.type == KeyType::integer && number != std::round(number))
        fail_usage("{}: the sweep of '{}' gives {} (allowed: {})", where, key.path, number, key.allowed());
      if (!in_range(key, number)) refuse(key, fmt::format("{}", number), where);
      values.push_back(key.type == KeyType::integer ? Value(static_cast<std::int64_t>(number)) : Value(number));
    }
  } else {
    fail_usage("{}: the sweep of '{}' needs a list of values, or {{ start, stop, step }}", where, key.path);
  }
  if (values.empty()) fail_usage("{}: the sweep of '{}' has no values", where, key.path);
  std::set<Value> seen;
  for (const Value& value : values)
    if (!seen.insert(value).second) fail_usage("{}: the sweep of '{}' has {} twice", where, key.path, to_toml(value));
  return values;
}

bool is_range(const toml::table& table) {
  return table.contains("start") || table.contains("stop") || table.contains("step");
}

void check_table(const toml::table& table, const std::string& path, const std::string& where) {
  const bool known = std::any_of(all_keys().begin(), all_keys().end(),
                                 [&](const Key& key) { return key.path.starts_with(path + "."); });
  if (known) return;
  const std::string first = table.empty() ? path : path + "." + std::string(table.begin()->first.str());
  fail_usage("{}: unknown table '{}' (did you mean a key like '{}'?)", where, path, nearest_key(first));
}

void read_fixed(const toml::table& table, const std::string& prefix, const Place& place, Document& document) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && find_key(path) == nullptr) {
      check_table(*inner, path, place.of(node));
      read_fixed(*inner, path + ".", place, document);
      continue;
    }
    const std::string where = place.of(node);
    document.fixed[path] = convert(known_key(path, where), node, where);
    document.where[path] = where;
  }
}

/// Swept keys may be quoted ("hardware.variation.sigma") or nested tables; `lines` keeps the order of the file.
void read_sweep(const toml::table& table, const std::string& prefix, const Place& place,
                std::vector<std::pair<toml::source_position, SweptKey>>& found, Document& document) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    const std::string where = place.of(node);
    const toml::table* inner = node.as_table();
    if (inner != nullptr && !is_range(*inner) && find_key(path) == nullptr) {
      check_table(*inner, path, where);
      read_sweep(*inner, path + ".", place, found, document);
      continue;
    }
    const Key& key = known_key(path, where);
    if (document.fixed.contains(path))
      fail_usage("{}: '{}' is swept here and fixed at {}; keep one of them", where, path, document.where[path]);
    found.push_back({node.source().begin, {path, convert_sweep(key, node, where)}});
    document.where[path] = where;
  }
}

toml::table parse_toml(const std::string& text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    std::string reason(error.description());
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    fail_usage("{}:{}: not valid TOML ({})", file, error.source().begin.line, reason);
  }
}

void apply(const Override& change, Document& document) {
  const std::string where = fmt::format("--set {}={}", change.key, change.value);
  const Key& key = known_key(change.key, where);
  toml::table table;
  try {
    table = toml::parse("value = " + change.value);
  } catch (const toml::parse_error&) {
    if (!std::regex_match(change.value, std::regex("[A-Za-z0-9_./+-]+"))) refuse(key, change.value, where);
    table.insert("value", change.value);
  }
  const toml::node& node = *table.get("value");
  const toml::array* list = node.as_array();
  // A list is one value of a key of lists, unless what it lists are lists or words.
  const bool of_values = list != nullptr && std::any_of(list->begin(), list->end(), [&](const toml::node& item) {
                           return item.is_array() || (item.is_string() && key.type != KeyType::text_list);
                         });
  const bool sweeps =
      (node.is_table() && key.type != KeyType::settings) || (list != nullptr && (!is_list(key.type) || of_values));
  const auto axis = std::find_if(document.swept.begin(), document.swept.end(),
                                 [&](const SweptKey& swept) { return swept.path == change.key; });
  if (sweeps) {
    std::vector<Value> values = convert_sweep(key, node, where);
    document.fixed.erase(change.key);
    if (axis != document.swept.end())
      axis->values = std::move(values);
    else
      document.swept.push_back({change.key, std::move(values)});
  } else {
    document.fixed[change.key] = convert(key, node, where);
    if (axis != document.swept.end()) document.swept.erase(axis);
  }
  document.where[change.key] = where;
}

/// The document as TOML that reads back the same.
std::string rewrite(const Document& document) {
  std::string text;
  for (const auto& [path, value] : document.fixed) text += path + " = " + to_toml(value) + "\n";
  if (!document.swept.empty()) text += "\n[sweep]\n";
  for (const SweptKey& swept : document.swept) {
    std::vector<std::string> values;
    std::transform(swept.values.begin(), swept.values.end(), std::back_inserter(values), to_toml);
    text += fmt::format("\"{}\" = [{}]\n", swept.path, fmt::join(values, ", "));
  }
  return text;
}

}  // namespace

Document parse_document(const std::string& text, const std::string& file, const std::vector<Override>& overrides) {
  toml::table root = parse_toml(text, file);
  Document document{file, text, {}, {}, {}};
  const Place place{file};
  std::optional<toml::table> sweep;
  if (toml::node* node = root.get("sweep")) {
    if (!node->is_table()) fail_usage("{}: 'sweep' must be a table of keys and their values", place.of(*node));
    sweep = std::move(*node->as_table());
    root.erase("sweep");
  }
  if (root.empty() && !sweep) fail_usage("{}: the experiment file is empty (it needs at least data.set)", file);
  read_fixed(root, "", place, document);
  if (sweep) {
    std::vector<std::pair<toml::source_position, SweptKey>> found;
    read_sweep(*sweep, "", place, found, document);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [position, swept] : found) document.swept.push_back(std::move(swept));
  }
  for (const Override& change : overrides) apply(change, document);
  if (!overrides.empty()) document.text = rewrite(document);
  return document;
}

Document read_document(const std::string& file, const std::vector<Override>& overrides) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || stream.bad() || std::filesystem::is_directory(file))
    fail_usage("{}: cannot read the experiment file", file);
  return parse_document(text.str(), file, overrides);
}

}  // namespace ohmcarlo
