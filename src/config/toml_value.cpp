// The values of single keys: their types, ranges and words.

#include "config/toml_value.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "config/range.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMaxAxisValues = 100000;

/// What stands there, in at most 60 characters.
std::string describe_node(const toml::node& node) {
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

std::int64_t whole_number(const Key& key, const toml::node& node, const std::string& where) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || !key.takes(static_cast<double>(*number))) refuse_value(key, describe_node(node), where);
  return *number;
}

/// Whether a text can be written in quotes as it is.
bool is_plain(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c == '"' || c == '\\' || c < 0x20 || c == 0x7F; });
}

/// { mean = [...], sd = [...] }: numbers that a float holds, and whose quotients it holds, too.
MeanAndSd mean_and_sd(const Key& key, const toml::table& table, const std::string& where) {
  constexpr double kLargest = 1e6, kSmallestSd = 1e-6;
  const auto numbers = [&](const char* name, double lowest) {
    std::vector<double> found;
    if (const toml::array* list = table[name].as_array())
      for (const toml::node& item : *list) {
        const auto number = item.value<double>();
        if (!item.is_number() || !(*number >= lowest && *number <= kLargest))
          fail_usage("{}: '{}' has the {} {} (allowed: numbers from {} to {})", where, key.path, name,
                     describe_node(item), lowest, kLargest);
        found.push_back(*number);
      }
    return found;
  };
  MeanAndSd value{numbers("mean", -kLargest), numbers("sd", kSmallestSd)};
  if (table.size() != 2 || value.mean.empty() || value.mean.size() != value.sd.size())
    refuse_value(key, fmt::format("a table of {} means and {} sds", value.mean.size(), value.sd.size()), where);
  return value;
}

/// Checked values of other keys; names may be dotted or quoted.
void read_settings(const toml::table& table, const std::string& prefix, const std::string& where, Settings& found) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && find_key(path) == nullptr)
      read_settings(*inner, path + ".", where, found);
    else
      found[path] = to_toml(convert_value(require_key(path, where), node, where));
  }
}

}  // namespace

const Key& require_key(const std::string& path, const std::string& where) {
  const Key* key = find_key(path);
  if (key == nullptr) fail_usage("{}: unknown key '{}' (did you mean '{}'?)", where, path, nearest_key(path));
  return *key;
}

void refuse_value(const Key& key, const std::string& given, const std::string& where) {
  fail_usage("{}: '{}' is {} (allowed: {})", where, key.path, given, key.allowed());
}

Value convert_value(const Key& key, const toml::node& node, const std::string& where) {
  if (const auto word = node.value_exact<std::string>()) {
    const bool listed = std::find(key.words.begin(), key.words.end(), *word) != key.words.end();
    if (listed || (key.type == KeyType::text && key.words.empty() && is_plain(*word))) return *word;
    refuse_value(key, describe_node(node), where);
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
        if (key.takes(number)) return number;
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
          if (!item.is_number() || !key.takes(*item.value<double>())) refuse_value(key, describe_node(item), where);
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
          if (!text || !is_plain(*text)) refuse_value(key, describe_node(item), where);
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
    case KeyType::mean_and_sd:
      if (const toml::table* table = node.as_table()) return mean_and_sd(key, *table, where);
      break;
    case KeyType::text:
      break;
  }
  refuse_value(key, describe_node(node), where);
}

namespace {

/// A number that a range gives, as a value of the key.
Value value_of_range(const Key& key, double number, const std::string& where) {
  if (key.type == KeyType::integer && number != std::round(number))
    fail_usage("{}: the sweep of '{}' gives {} (allowed: {})", where, key.path, number, key.allowed());
  if (!key.takes(number)) refuse_value(key, fmt::format("{}", number), where);
  if (key.type == KeyType::integer) return static_cast<std::int64_t>(number);
  return number;
}

/// Puts values in the order of a range from `start` to `stop`, words before them.
void sort_along(double start, double stop, std::vector<Value>& values) {
  std::ranges::stable_sort(values, [&](const Value& a, const Value& b) {
    const bool is_word = std::holds_alternative<std::string>(a);
    if (is_word || std::holds_alternative<std::string>(b)) return is_word && !std::holds_alternative<std::string>(b);
    return start <= stop ? a < b : b < a;
  });
}

/// The values of { start, stop, step }, or of { start, stop, per_decade, also }.
std::vector<Value> convert_range(const Key& key, const toml::table& range, const std::string& where) {
  const bool numeric = key.type == KeyType::real || key.type == KeyType::integer;
  const bool in_decades = range.contains("per_decade");
  const bool has_also = in_decades && range.contains("also");
  const auto part = [&](const char* name) {
    const auto number = range[name].value<double>();
    if (!numeric || range.size() != (has_also ? 4 : 3) || !number)
      fail_usage("{}: the sweep of '{}' needs a list of values, or numbers {}", where, key.path,
                 in_decades ? "{ start, stop, per_decade } and also = [...]" : "{ start, stop, step }");
    return *number;
  };
  const double start = part("start"), stop = part("stop"), step = part(in_decades ? "per_decade" : "step");
  const std::string what = fmt::format("{}: '{}'", where, key.path);
  std::vector<Value> values;
  if (!in_decades) {
    for (const double number : decimal_range(start, stop, step, kMaxAxisValues, what))
      values.push_back(value_of_range(key, number, where));
    return values;
  }
  constexpr double kMostPerDecade = 100;  // more would be equal in three digits
  if (!(step >= 1 && step <= kMostPerDecade) || step != std::round(step))
    fail_usage("{}: per_decade is {} (allowed: a whole number from 1 to {})", what, step, kMostPerDecade);
  for (const double number : decade_range(start, stop, static_cast<int>(step), kMaxAxisValues, what))
    values.push_back(value_of_range(key, number, where));
  if (!has_also) return values;
  const toml::array* also = range["also"].as_array();
  if (also == nullptr)
    fail_usage("{}: also is {} (allowed: a list of values)", what, describe_node(*range.get("also")));
  for (const toml::node& item : *also) values.push_back(convert_value(key, item, where));
  sort_along(start, stop, values);
  return values;
}

}  // namespace

std::vector<Value> convert_sweep(const Key& key, const toml::node& node, const std::string& where) {
  if (!key.sweepable) fail_usage("{}: '{}' cannot be swept", where, key.path);
  std::vector<Value> values;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) values.push_back(convert_value(key, item, where));
  } else if (const toml::table* range = node.as_table()) {
    values = convert_range(key, *range, where);
  } else {
    fail_usage("{}: the sweep of '{}' needs a list of values, or {{ start, stop, step }}", where, key.path);
  }
  if (values.empty()) fail_usage("{}: the sweep of '{}' has no values", where, key.path);
  std::set<Value> seen;
  for (const Value& value : values)
    if (!seen.insert(value).second) fail_usage("{}: the sweep of '{}' has {} twice", where, key.path, to_toml(value));
  return values;
}

}  // namespace ohmcarlo
