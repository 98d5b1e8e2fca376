#include "config/key_text.hpp"

#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "config/keys.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kPageHead = R"(# Configuration keys

Written by `ohmcarlo check --keys --format markdown`; do not edit by hand.

An experiment file is TOML. Each key below stands in its table (`[training]`, then `epochs = 20`) or is written with dots
(`training.epochs = 20`); `--set training.epochs=20` overrides it. Keys under `[sweep]` take a list of values, or a range
`{ start = 0.0, stop = 0.2, step = 0.05 }`, or decades `{ start = 1e-4, stop = 1, per_decade = 2, also = [0] }` of values in
three significant digits (0, 1e-4, 3.16e-4, 1e-3 ...): the experiment then has a point for every combination. A key that no
point reads is refused.

`ohmcarlo check --keys --format json-schema > ohmcarlo.schema.json` writes a schema by which editors complete and check
experiment files; with taplo or Even Better TOML the first line of the file names it: `#:schema ./ohmcarlo.schema.json`.

Marks: ¹ cannot be swept; ² results are the same whatever it says, so it may change when a run is resumed.
)";

/// Text in a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

}  // namespace

std::string render_keys(KeyFormat format) {
  switch (format) {
    case KeyFormat::text:
      return keys_as_text();
    case KeyFormat::markdown:
      return keys_as_markdown();
    case KeyFormat::json_schema:
      return keys_as_json_schema();
  }
  throw std::logic_error("internal error: unknown format of keys");
}

std::string keys_as_text() {
  std::string text;
  for (const Key& key : all_keys()) {
    text += fmt::format("{:<34} {}\n", key.path, key.help);
    text += fmt::format("{:<34} default {}; allowed: {}{}\n", "", key.fallback.empty() ? "none" : key.fallback,
                        key.allowed(), key.sweepable ? "" : "; cannot be swept");
  }
  return text;
}

std::string keys_as_markdown() {
  std::string text(kPageHead);
  std::string_view table;
  for (const Key& key : all_keys()) {
    if (key.table() != table) {
      table = key.table();
      text += fmt::format("\n## [{}]\n\n| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n", table);
    }
    text += fmt::format("| `{}`{}{} | {} | {} | {} |\n", key.name(), key.sweepable ? "" : "¹",
                        key.changes_results ? "" : "²", code(key.fallback), cell(key.allowed()), cell(key.help));
  }
  return text;
}

}  // namespace ohmcarlo
