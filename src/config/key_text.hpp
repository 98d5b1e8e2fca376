#pragma once
// The register of keys as text for people and for editors.

#include <cstdint>
#include <string>

#include "config/words.hpp"

namespace ohmcarlo {

enum class KeyFormat : std::uint8_t { text, markdown, json_schema };

/// The words of `ohmcarlo check --keys --format`.
inline constexpr auto kKeyFormats = make_words<KeyFormat>(
    {{"text", KeyFormat::text}, {"markdown", KeyFormat::markdown}, {"json-schema", KeyFormat::json_schema}});

/// All keys with default, what is allowed and what they mean, in that format.
[[nodiscard]] std::string render_keys(KeyFormat format);

/// Two lines a key, for the terminal.
[[nodiscard]] std::string keys_as_text();
/// A page with one section a table of the experiment file and one row a key: src/config/KEYS.md.
[[nodiscard]] std::string keys_as_markdown();
/// A JSON schema (draft 7) of experiment files, by which editors complete and check TOML: tables, types, words, ranges,
/// defaults and meanings. Whether keys fit together it does not say.
[[nodiscard]] std::string keys_as_json_schema();

}  // namespace ohmcarlo
