#pragma once
// The results file: written whole, read back for resume and for show. Its layout is the contract with every reader.

#include <filesystem>
#include <string>

#include "records/results.hpp"

namespace ohmcarlo {

/// Version of the layout, "major.minor": readers refuse another major.
inline constexpr const char* kSchemaVersion = "1.0";

/// Of the library, "1.10.8".
[[nodiscard]] std::string hdf5_version();

enum class FileKind { absent, ours, foreign };

/// What lies at `path`; a file that cannot be read, or is no results file of this program, is foreign.
[[nodiscard]] FileKind kind_of_file(const std::filesystem::path& path);

/// Replaces the file by these results. Throws Error (exit 4); then the old file is untouched.
void save_results(const std::filesystem::path& path, const Results& results);

/// Reads all but the summaries. Throws Error (exit 4) with the file's name for anything but a results file of this
/// schema.
[[nodiscard]] Results load_results(const std::filesystem::path& path);

}  // namespace ohmcarlo
