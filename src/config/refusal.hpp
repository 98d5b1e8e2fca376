#pragma once
// Refusals of settings that no single key's range can express.

#include <string>
#include <string_view>

#include "config/reader.hpp"

namespace ohmcarlo {

/// Throws BadUsage: "file:line: 'key': why".
[[noreturn]] void refuse_key(const Reader& reader, std::string_view key, const std::string& why);

/// Throws BadUsage that names `key` and `problem`, unless `problem` is empty.
void check_key(const Reader& reader, std::string_view key, const std::string& problem);

}  // namespace ohmcarlo
