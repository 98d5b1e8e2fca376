#include "experiment/unread_key.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "experiment/parts.hpp"

namespace ohmcarlo {
namespace {

/// The document's first point as a document of its own.
Document first_point(Document document) {
  for (const SweptKey& swept : document.swept) document.fixed[swept.path] = swept.values.front();
  document.swept.clear();
  return document;
}

bool reads(const Document& document, KeyId key) {
  try {
    const PointParts::Pair parts = PointParts(document, Shape{}).read(0);
    return parts.chip->source.keys().test(key) || parts.model->source.keys().test(key);
  } catch (const Error&) {
    return false;  // other settings do not go with it
  }
}

/// Letters that two paths begin with in common: keys of near tables are tried first.
std::size_t common_start(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::vector<Value> words_of(const Key& key) {
  if (key.type == KeyType::boolean) return {true, false};
  std::vector<Value> words;
  if (key.type == KeyType::text)
    for (const std::string_view word : key.words) words.emplace_back(std::string(word));
  return words;
}

/// Keys of words and truth values, those that stand nearest to `path` first.
std::vector<const Key*> keys_of_words(std::string_view path) {
  std::vector<const Key*> keys;
  for (const Key& key : all_keys())
    if (key.path != path && !words_of(key).empty()) keys.push_back(&key);
  std::ranges::stable_sort(keys, std::ranges::greater{}, [&](const Key* key) { return common_start(key->path, path); });
  return keys;
}

/// Settings of one key with which the document reads another.
std::string find_setting(const Document& document, std::string_view path) {
  const KeyId wanted = id_of(KeyName(path));
  for (const Key* key : keys_of_words(path)) {
    std::vector<std::string> found;
    for (const Value& word : words_of(*key)) {
      Document changed = document;
      changed.fixed[std::string(key->path)] = word;
      if (reads(changed, wanted)) found.push_back(to_toml(word));
    }
    if (!found.empty()) return fmt::format("{} = {}", key->path, fmt::join(found, " or "));
  }
  return "";
}

}  // namespace

std::string setting_that_reads(const Document& document, std::string_view path) {
  const Document point = first_point(document);
  if (std::string found = find_setting(point, path); !found.empty()) return found;
  const std::string_view table = find_key(path)->table();
  for (const Key& key : all_keys()) {
    if (key.path == path || key.table() != table || !key.fallback.empty() ||
        point.fixed.contains(std::string(key.path)))
      continue;
    if (key.type != KeyType::integer && key.type != KeyType::real) continue;
    constexpr double kUsual = 8;
    Document changed = point;
    const double number = std::clamp(kUsual, key.low, key.high);
    changed.fixed[std::string(key.path)] =
        key.type == KeyType::integer ? Value(static_cast<std::int64_t>(number)) : Value(number);
    if (reads(changed, id_of(KeyName(path)))) return std::string(key.path);
    if (const std::string found = find_setting(changed, path); !found.empty())
      return fmt::format("{} and {}", key.path, found);
  }
  return "";
}

}  // namespace ohmcarlo
