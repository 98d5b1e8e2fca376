#pragma once
// An experiment file as checked keys: fixed ones and swept ones.

#include <map>
#include <string>
#include <vector>

#include "config/value.hpp"

namespace ohmcarlo {

/// One key=value of the command line.
struct Override {
  std::string key;
  std::string value;  ///< as TOML, or a bare word
};

/// Splits "key=value". Throws BadUsage for a text that has no "=" between a key and a value.
[[nodiscard]] Override parse_override(const std::string& text);

/// A key of [sweep] with its values, in the order of the file.
struct SweptKey {
  std::string path;
  std::vector<Value> values;
};

/// A parsed and type-checked experiment file with overrides applied. Nothing in it is of an unknown key, of a wrong
/// type or out of range; whether keys fit together is decided by who reads them.
struct Document {
  std::string file;  ///< for messages
  std::string text;  ///< TOML as run: the file itself, or rewritten with the overrides
  std::map<std::string, Value> fixed;
  std::vector<SweptKey> swept;               ///< in the order of [sweep]
  std::map<std::string, std::string> where;  ///< key -> "file:line", for messages

  /// "file:line" of the key at `path`, or the file if the key is not written there.
  [[nodiscard]] const std::string& place_of(const std::string& path) const;
};

/// Reads the experiment file at path `file` and applies `overrides` in their order. Throws BadUsage that names
/// file, line, key and what is allowed.
[[nodiscard]] Document read_document(const std::string& file, const std::vector<Override>& overrides);
/// Parses the text of an experiment file and applies `overrides` in their order; `file` is only a name for messages.
/// Throws BadUsage that names file, line, key and what is allowed.
[[nodiscard]] Document parse_document(const std::string& text, const std::string& file,
                                      const std::vector<Override>& overrides);

}  // namespace ohmcarlo
