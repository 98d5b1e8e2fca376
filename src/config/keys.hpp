#pragma once
// The register of configuration keys, and how code names one of them.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/key.hpp"

namespace ohmcarlo {

/// Every key, in the order of documentation: the tables of this folder, one after another.
[[nodiscard]] const std::vector<Key>& all_keys();
/// The key at `path`, or nullptr.
[[nodiscard]] const Key* find_key(std::string_view path);
/// The known key that looks most like `path`.
[[nodiscard]] std::string_view nearest_key(std::string_view path);

/// The place of a key in all_keys().
using KeyId = std::uint16_t;

inline constexpr std::size_t kMostKeys = 256;
/// A set of keys, by their places.
using KeySet = std::bitset<kMostKeys>;

/// A key by its path, which the compiler hashes where it stands in the code: finding the key costs no comparison of
/// texts.
class KeyName {
 public:
  consteval KeyName(const char* path) : KeyName(std::string_view(path)) {}  // NOLINT(*-explicit-*): a path is a name
  constexpr explicit KeyName(std::string_view path) : path_(path), hash_(hash_of(path)) {}

  [[nodiscard]] constexpr std::string_view path() const { return path_; }
  [[nodiscard]] constexpr std::uint64_t hash() const { return hash_; }

 private:
  /// FNV-1a (Fowler, Noll, Vo).
  static constexpr std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return hash;
  }

  std::string_view path_;
  std::uint64_t hash_;
};

/// The place of the key of that name. Throws std::logic_error for a path that no key has.
[[nodiscard]] KeyId id_of(const KeyName& name);
/// The keys in the alphabetical order of their paths.
[[nodiscard]] const std::vector<KeyId>& ids_by_path();
/// The key's default with its line, or nullptr.
[[nodiscard]] const RecordedValue* find_default(KeyId key);

}  // namespace ohmcarlo
