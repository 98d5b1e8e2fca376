#pragma once
// The register of configuration keys: what may stand in an experiment file, with type, range and default.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ohmcarlo {

/// Values of other keys, as TOML writes them, by path.
using Settings = std::map<std::string, std::string>;

/// A checked value of a key.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                           std::vector<std::string>, Settings>;

/// The value as TOML writes it, numbers in the shortest form that reads back the same.
[[nodiscard]] std::string to_toml(const Value& value);

enum class KeyType : std::uint8_t { boolean, integer, real, text, integer_list, real_list, text_list, settings };

struct Key {
  std::string_view path;
  KeyType type;
  std::string_view fallback;  ///< the default, as TOML; empty: none
  std::string_view help;      ///< what it means, with unit
  double low = 0, high = 0;   ///< numbers (each of a list): allowed range, inclusive; both 0: not limited
  std::vector<std::string_view> words =
      {};                     ///< text: what is allowed (empty: anything); numbers: words allowed instead
  bool changes_cells = true;  ///< part of the experiment's hash
  bool sweepable = true;
  std::size_t length = 0;  ///< of a list: how many numbers it has; 0: any

  /// "a number from 0 to 10", for messages.
  [[nodiscard]] std::string allowed() const;
};

/// Every key, in the order of documentation.
[[nodiscard]] const std::vector<Key>& all_keys();
/// The key at `path`, or nullptr.
[[nodiscard]] const Key* find_key(std::string_view path);
/// The known key that looks most like `path`.
[[nodiscard]] std::string_view nearest_key(std::string_view path);
/// The default as a Value. The key must have one.
[[nodiscard]] Value default_value(const Key& key);

}  // namespace ohmcarlo
