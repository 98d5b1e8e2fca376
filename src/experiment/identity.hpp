#pragma once
// Who a network or an experiment is: statements that are built once, compared one by one, and hashed as a text.

#include <string>
#include <string_view>
#include <vector>

#include "config/file_content.hpp"

namespace ohmcarlo {

/// One statement of an identity; its text is one line.
struct IdentityEntry {
  enum class Kind {
    setting,  ///< "key = value": a configuration key as TOML, or data, seed, replica, numerics
    axis,     ///< "sweep key": a swept key, whose values are not part of the identity
    content,  ///< "key content = value", "key content of file = value": sha256 of what a file holds
  };
  Kind kind = Kind::setting;
  std::string key;
  std::string value;  ///< empty for an axis
  std::string file;   ///< content of a file that is a value of an axis: its name

  /// What it is about, for messages: the line up to its value.
  [[nodiscard]] std::string subject() const;
  /// The line, without its end.
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const IdentityEntry&, const IdentityEntry&) = default;
};

/// The statements in the order of the text. Two identities are of one thing if their texts are equal.
class Identity {
 public:
  void add_setting(std::string key, std::string value);
  void add_axis(std::string key);
  void add_content(const FileContent& content);
  void add(const Identity& other);

  [[nodiscard]] const std::vector<IdentityEntry>& entries() const { return entries_; }
  /// One line an entry. Stored in files, and what hash() is of: it never changes for the same entries.
  [[nodiscard]] std::string text() const;
  /// sha256 of the text.
  [[nodiscard]] std::string hash() const;
  friend bool operator==(const Identity&, const Identity&) = default;

 private:
  std::vector<IdentityEntry> entries_;
};

/// The identity that has this text. Lines that are none of its statements become settings without a value.
[[nodiscard]] Identity parse_identity(std::string_view text);

/// The entries that just one of the two has, in alphabetical order.
[[nodiscard]] std::vector<IdentityEntry> differing_entries(const Identity& a, const Identity& b);

}  // namespace ohmcarlo
