#pragma once
// The bytes of a file, plain or compressed with gzip.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace ohmcarlo {

/// The file `name` or `name.gz` of a directory, the first that is there. Throws BadData naming both otherwise.
[[nodiscard]] std::filesystem::path find_plain_or_gzip(const std::filesystem::path& directory, const std::string& name);

/// Reads a file front to back. A file that starts with the bytes 1f 8b is decompressed on the way, whatever its name;
/// its checksums are verified. Every failure is a BadData of one line that names the file.
class ByteSource {
 public:
  /// Throws if the file is missing, cannot be read, is empty or is not a regular file.
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills `bytes` and returns how many there were; fewer than asked for only at the end of the data.
  /// Throws if the file cannot be read, or if the compressed data is damaged or cut short.
  [[nodiscard]] std::size_t read(std::span<std::uint8_t> bytes);

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] bool compressed() const;
  /// Position in the (decompressed) data, in bytes.
  [[nodiscard]] std::uint64_t offset() const;
  /// No file of this size holds more (decompressed) bytes: deflate shrinks by at most a factor of 1032.
  [[nodiscard]] std::uint64_t most_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ohmcarlo
