#pragma once
// Files that are either whole or not there: written to a temporary, flushed to disk, renamed.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ohmcarlo {

/// The file that a link stands for, `path` itself if it is none or leads nowhere.
[[nodiscard]] std::filesystem::path behind_links(const std::filesystem::path& path);

/// How a file is replaced.
struct Replacement {
  /// What was there stays as `<file>.previous`, a hard link, where the file system has such.
  bool keep_previous = false;
  /// Called with the new bytes when all of them are on disk, right before the file is replaced; if it throws, the old
  /// file stays.
  std::function<void(std::span<const std::byte> bytes)> last_look = {};
};

/// Where the file lies that the last saving replaced.
[[nodiscard]] std::filesystem::path previous_of(const std::filesystem::path& path);

/// Replaces `path`, or the file that it is a link to, by these bytes, atomically; afterwards the file is on disk and
/// has the permissions of the old one. On any failure (unwritable directory, full disk) the old file is untouched, no
/// temporary is left, and UnusableResults says why.
void write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes, const Replacement& how = {});

/// All bytes of a file. Throws UnusableResults if it cannot be read.
[[nodiscard]] std::vector<std::byte> read_whole(const std::filesystem::path& path);

/// Removes the temporaries in a directory that write_whole left when its process was killed, of files whose names begin
/// with `beginning`. A temporary whose writer may be alive stays: the kernel's lock says whether it is or, where there
/// are no locks, its process on this host.
void remove_abandoned_temporaries(const std::filesystem::path& directory, const std::string& beginning = "");

}  // namespace ohmcarlo
