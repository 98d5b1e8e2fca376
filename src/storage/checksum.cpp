#include "storage/checksum.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/hash.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kStart = "sha256 ";

std::string checksum_line(std::span<const std::byte> contents) {
  Sha256 hash;
  hash.add(contents);
  return std::string(kStart) + hash.hex() + "\n";
}

bool starts_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::ranges::equal(bytes.first(text.size()), std::as_bytes(std::span(text)));
}

/// Where HDF5 ends by its own account: the field "end of file address" of the superblock, versions 0 and 1 (offset 40)
/// or 2 and 3 (offset 28), little-endian; with addresses of eight bytes, as everybody has them.
std::optional<std::uint64_t> hdf5_end(std::span<const std::byte> file) {
  if (!has_hdf5_signature(file) || file.size() < 48) return std::nullopt;
  const auto version = std::to_integer<unsigned>(file[8]);
  const std::size_t place = version < 2 ? (version == 0 ? 40 : 44) : 28;
  if (version > 3 || file.size() < place + 8) return std::nullopt;
  std::uint64_t end = 0;
  for (std::size_t i = 8; i-- > 0;) end = end << 8 | std::to_integer<std::uint64_t>(file[place + i]);
  return end;
}

/// While an HDF5 library has a file of superblock version 0 open for writing, its byte 20 is 1. If nothing else
/// differs, nothing has been written yet.
bool is_right_but_for_writer(std::span<const std::byte> file) {
  constexpr std::size_t kPlace = 20;
  const std::span<const std::byte> contents = contents_before_checksum(file);
  if (!has_hdf5_signature(file) || contents.size() <= kPlace || contents[kPlace] != std::byte{1}) return false;
  const std::byte closed{0};
  Sha256 hash;
  hash.add(contents.first(kPlace));
  hash.add(std::span(&closed, 1));
  hash.add(contents.subspan(kPlace + 1));
  const std::string line = std::string(kStart) + hash.hex() + "\n";
  return std::ranges::equal(file.last(kChecksumSize), std::as_bytes(std::span(line)));
}

}  // namespace

void append_checksum(std::vector<std::byte>& contents) {
  const std::string line = checksum_line(contents);
  std::ranges::copy(std::as_bytes(std::span(line)), std::back_inserter(contents));
}

ChecksumState compare_checksum(std::span<const std::byte> file) {
  if (file.size() >= kChecksumSize) {
    const std::span<const std::byte> last = file.last(kChecksumSize);
    if (starts_with(last, kStart)) {
      const std::string right = checksum_line(contents_before_checksum(file));
      if (std::ranges::equal(last, std::as_bytes(std::span(right)))) return ChecksumState::right;
      return is_right_but_for_writer(file) ? ChecksumState::right : ChecksumState::wrong;
    }
  }
  const std::optional<std::uint64_t> end = hdf5_end(file);
  return end && *end < file.size() ? ChecksumState::wrong : ChecksumState::absent;
}

std::span<const std::byte> contents_before_checksum(std::span<const std::byte> file) {
  return file.first(file.size() - kChecksumSize);
}

std::optional<std::uint64_t> size_before_cut(std::span<const std::byte> file) {
  const std::optional<std::uint64_t> end = hdf5_end(file);
  return end && *end > file.size() ? end : std::nullopt;
}

bool has_hdf5_signature(std::span<const std::byte> file) {
  return starts_with(file, "\x89HDF\r\n\x1a\n");
}

}  // namespace ohmcarlo
