#pragma once
// TOML nodes as checked values of keys.

#include <string>
#include <vector>

#include <toml++/toml.h>

#include "config/keys.hpp"

namespace ohmcarlo {

/// The key at `path`. Throws BadUsage, led by `where`, that names the nearest key if there is none.
[[nodiscard]] const Key& require_key(const std::string& path, const std::string& where);

/// Throws BadUsage, led by `where`, that says what was given for `key` and what is allowed.
[[noreturn]] void refuse_value(const Key& key, const std::string& given, const std::string& where);

/// The value of `key` that `node` holds. Throws BadUsage, led by `where`, for one that the key does not take.
[[nodiscard]] Value convert_value(const Key& key, const toml::node& node, const std::string& where);

/// The values of a swept key: those of a list, or of a range { start, stop, step } or
/// { start, stop, per_decade, also } of at most 100000. Throws BadUsage,
/// led by `where`, for a key that cannot be swept, a value that it does not take, none at all, or one twice.
[[nodiscard]] std::vector<Value> convert_sweep(const Key& key, const toml::node& node, const std::string& where);

}  // namespace ohmcarlo
