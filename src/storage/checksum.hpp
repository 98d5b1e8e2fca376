#pragma once
// A checksum behind the contents of a file, by which damage is noticed before a library interprets them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ohmcarlo {

/// Bytes that a checksum takes at the end of a file: "sha256 ", 64 hexadecimal digits, a line feed.
inline constexpr std::size_t kChecksumSize = 72;

/// What the end of a file says of the contents before it.
enum class ChecksumState {
  right,   ///< they are what was written, but for the mark of a program that has the file open for writing
  absent,  ///< nothing: the file never had a checksum, or the HDF5 library has cut it off when it closed a file that it
           ///< had open for writing
  wrong,   ///< a byte of the contents or of the checksum has changed, or the file was cut within its checksum
};

/// Appends the SHA-256 of the contents. HDF5 readers ignore it: they look no further than their own end of the file.
void append_checksum(std::vector<std::byte>& contents);

/// Compares the contents of a file with the checksum at its end. Contents of HDF5 say themselves where they end: with
/// something behind that which is no right checksum the answer is `wrong`, not `absent`.
[[nodiscard]] ChecksumState compare_checksum(std::span<const std::byte> file);

/// The contents of a file whose checksum is right.
[[nodiscard]] std::span<const std::byte> contents_before_checksum(std::span<const std::byte> file);

/// How long the contents of HDF5 say they are, where the file is shorter than that; none: they are not cut short.
[[nodiscard]] std::optional<std::uint64_t> size_before_cut(std::span<const std::byte> file);

/// True if the file begins as HDF5 files do.
[[nodiscard]] bool has_hdf5_signature(std::span<const std::byte> file);

}  // namespace ohmcarlo
