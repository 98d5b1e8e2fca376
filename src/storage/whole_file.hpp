#pragma once
// Files that are either whole or not there: written to a temporary, flushed to disk, renamed.

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace ohmcarlo {

/// The file that a link stands for, `path` itself if it is none or leads nowhere.
[[nodiscard]] std::filesystem::path behind_links(const std::filesystem::path& path);

/// Replaces `path`, or the file that it is a link to, by these bytes, atomically; afterwards the file is on disk. On
/// any failure (unwritable directory, full disk) the old file is untouched, no temporary is left, and UnusableResults
/// says why.
void write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// All bytes of a file. Throws UnusableResults if it cannot be read.
[[nodiscard]] std::vector<std::byte> read_whole(const std::filesystem::path& path);

}  // namespace ohmcarlo
