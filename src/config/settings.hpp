#pragma once
// An experiment file as checked keys: fixed ones, swept ones, and the settings of one point with a log of what was
// read.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/keys.hpp"

namespace ohmcarlo {

/// One key=value of the command line.
struct Override {
  std::string key;
  std::string value;  ///< as TOML, or a bare word
};

/// Splits "key=value". Throws Error (exit 2).
[[nodiscard]] Override parse_override(const std::string& text);

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
};

/// Throws Error (exit 2), naming file, line, key and what is allowed.
[[nodiscard]] Document read_document(const std::string& file, const std::vector<Override>& overrides);
/// The same from text; `file` is only a name for messages.
[[nodiscard]] Document parse_document(const std::string& text, const std::string& file,
                                      const std::vector<Override>& overrides);

/// Reads the settings of one point and remembers which keys were read and what they said.
class Reader {
 public:
  Reader(const Document& document, const std::map<std::string, Value>& swept) : document_(&document), swept_(&swept) {}

  bool boolean(const std::string& path) { return std::get<bool>(read(path)); }
  std::int64_t integer(const std::string& path) { return std::get<std::int64_t>(read(path)); }
  double real(const std::string& path) { return std::get<double>(read(path)); }
  std::string text(const std::string& path) { return std::get<std::string>(read(path)); }
  std::vector<std::int64_t> integers(const std::string& path) {
    return std::get<std::vector<std::int64_t>>(read(path));
  }
  std::vector<std::string> texts(const std::string& path) { return std::get<std::vector<std::string>>(read(path)); }
  Settings settings(const std::string& path) { return std::get<Settings>(read(path)); }
  std::vector<double> reals(const std::string& path) { return std::get<std::vector<double>>(read(path)); }
  /// True if the key is given (or swept, or has a default).
  [[nodiscard]] bool has(const std::string& path) const;
  /// True if the file or the command line says something about the key.
  [[nodiscard]] bool is_written(const std::string& path) const { return document_->where.contains(path); }
  /// True if the key is an axis of the sweep.
  [[nodiscard]] bool is_swept(const std::string& path) const { return swept_->contains(path); }
  /// True if the key's value is a word instead of a number.
  [[nodiscard]] bool is_word(const std::string& path) const;

  /// Logs that `path` was read with another value than the one written ("tested" -> the number).
  void substitute(const std::string& path, const Value& value) { log_[path] = to_toml(value); }

  /// "key = value" lines of all that was read so far, in alphabetical order.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] std::set<std::string> keys() const;
  /// All that was read so far, as TOML by key, in alphabetical order.
  [[nodiscard]] const std::map<std::string, std::string>& entries() const { return log_; }

  /// "file:line" of the key, or the file if it is not written there.
  [[nodiscard]] std::string where(const std::string& path) const;

 private:
  [[nodiscard]] const Value* find(const std::string& path) const;
  Value read(const std::string& path);

  const Document* document_;
  const std::map<std::string, Value>* swept_;
  std::map<std::string, std::string> log_;
};

}  // namespace ohmcarlo
