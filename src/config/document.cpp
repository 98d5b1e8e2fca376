// TOML -> Document: with config/toml_value.cpp and config/overrides.cpp the only place that sees the TOML library.

#include "config/document.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "config/overrides.hpp"
#include "config/toml_value.hpp"

namespace ohmcarlo {
namespace {

/// Where a node stands: "file:line", or "--set" for overrides.
struct Place {
  std::string file;
  [[nodiscard]] std::string of(const toml::node& node) const {
    const auto line = node.source().begin.line;
    return line == 0 ? file : fmt::format("{}:{}", file, line);
  }
};

bool is_range(const toml::table& table) {
  return table.contains("start") || table.contains("stop") || table.contains("step") || table.contains("per_decade");
}

void check_table(const toml::table& table, const std::string& path, const std::string& where) {
  const bool known = std::any_of(all_keys().begin(), all_keys().end(),
                                 [&](const Key& key) { return key.path.starts_with(path + "."); });
  if (known) return;
  const std::string first = table.empty() ? path : path + "." + std::string(table.begin()->first.str());
  fail_usage("{}: unknown table '{}' (did you mean a key like '{}'?)", where, path, nearest_key(first));
}

/// TOML takes "a.b" in quotes and a.b for two keys.
void refuse_twice(const Document& document, const std::string& path, const std::string& where) {
  if (const auto found = document.where.find(path); found != document.where.end())
    fail_usage("{}: '{}' stands here and at {}; keep one of them", where, path, found->second);
}

void read_fixed(const toml::table& table, const std::string& prefix, const Place& place, Document& document) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && find_key(path) == nullptr) {
      check_table(*inner, path, place.of(node));
      // Elsewhere an empty table says nothing; here it would ask for what no key does.
      if (path == "accelerator" && inner->empty())
        fail_usage("{}: [accelerator] is empty (it needs a key, components = \"32nm\" at least)", place.of(node));
      read_fixed(*inner, path + ".", place, document);
      continue;
    }
    const std::string where = place.of(node);
    refuse_twice(document, path, where);
    document.fixed[path] = convert_value(require_key(path, where), node, where);
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
    const Key& key = require_key(path, where);
    if (document.fixed.contains(path))
      fail_usage("{}: '{}' is swept here and fixed at {}; keep one of them", where, path, document.where[path]);
    refuse_twice(document, path, where);
    found.push_back({node.source().begin, {path, convert_sweep(key, node, where)}});
    document.where[path] = where;
  }
}

/// The library goes down one level for each part of a key, and so far that the stack ends.
void refuse_deep_keys(const std::string& text, const std::string& file) {
  constexpr std::size_t kMostDots = 1000;
  std::size_t line = 1, dots = 0;
  for (const char c : text) {
    line += c == '\n' ? 1 : 0;
    const bool of_key = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                        std::string_view("._-\"' \t").find(c) != std::string_view::npos;
    dots = !of_key ? 0 : dots + (c == '.' ? 1 : 0);
    if (dots > kMostDots)
      fail_usage("{}:{}: a key with more than {} dots (allowed: keys as ohmcarlo check --keys lists them)", file, line,
                 kMostDots);
  }
}

toml::table parse_toml(const std::string& text, const std::string& file) {
  refuse_deep_keys(text, file);
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    std::string reason(error.description());
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    fail_usage("{}:{}: not valid TOML ({})", file, error.source().begin.line, reason);
  }
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
  for (const Override& change : overrides) apply_override(change, document);
  if (!overrides.empty()) document.text = rewrite(document);
  return document;
}

const std::string& Document::place_of(const std::string& path) const {
  const auto found = where.find(path);
  return found == where.end() ? file : found->second;
}

Document read_document(const std::string& file, const std::vector<Override>& overrides) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  std::ifstream stream(file, std::ios::binary);
  const bool opened = stream.is_open() && !std::filesystem::is_directory(file);
  std::string text;
  std::vector<char> part(std::size_t{1} << 16);
  while (opened && (stream.read(part.data(), static_cast<std::streamsize>(part.size())) || stream.gcount() > 0)) {
    text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMostBytes) fail_usage("{}: longer than 16 MiB, which no experiment is", file);
  }
  if (!opened || stream.bad()) fail_usage("{}: cannot read the experiment file", file);
  return parse_document(text, file, overrides);
}

}  // namespace ohmcarlo
