#include "config/overrides.hpp"

#include <algorithm>
#include <regex>

#include "base/error.hpp"
#include "config/toml_value.hpp"

namespace ohmcarlo {

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    fail_usage("--set {}: needs KEY=VALUE, for example --set trials.count=20", text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void apply_override(const Override& change, Document& document) {
  const std::string where = fmt::format("--set {}={}", change.key, change.value);
  const Key& key = require_key(change.key, where);
  toml::table table;
  try {
    table = toml::parse("value = " + change.value);
  } catch (const toml::parse_error&) {
    if (!std::regex_match(change.value, std::regex("[A-Za-z0-9_./+-]+"))) refuse_value(key, change.value, where);
    table.insert("value", change.value);
  }
  const toml::node& node = *table.get("value");
  const toml::array* list = node.as_array();
  // A list is one value of a key of lists, unless what it lists are lists or words.
  const bool of_values = list != nullptr && std::any_of(list->begin(), list->end(), [&](const toml::node& item) {
                           return item.is_array() || (item.is_string() && key.type != KeyType::text_list);
                         });
  const bool sweeps = (node.is_table() && !key.is_table()) || (list != nullptr && (!key.is_list() || of_values));
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
    document.fixed[change.key] = convert_value(key, node, where);
    if (axis != document.swept.end()) document.swept.erase(axis);
  }
  document.where[change.key] = where;
}

}  // namespace ohmcarlo
