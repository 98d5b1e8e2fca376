#pragma once
// Whole files as others wrote them; private to exchange/.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ohmcarlo {

/// All bytes of a file. Throws BadData if it cannot be read.
[[nodiscard]] std::vector<std::byte> file_bytes(const std::filesystem::path& path);

/// sha256 of the bytes.
[[nodiscard]] std::string content_sha256(std::span<const std::byte> bytes);

}  // namespace ohmcarlo
