#pragma once
// Single pictures from JPEG, PNG and PGM files, of any size.

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "data/sample_shape.hpp"

namespace ohmcarlo {

/// A grey picture (1 channel), or one of red, green and blue.
struct Picture {
  SampleShape shape;
  std::vector<std::uint8_t> pixels{};  ///< [channels, height, width], 0..255; none of a header alone
};

/// A picture has no more pixels than this. The header of a small file may promise any number.
inline constexpr std::uint64_t kMostPicturePixels = std::uint64_t{1} << 28;

/// Whether the name of a file ends as that of a picture does: .jpg, .jpeg, .png, .pgm, in any case.
[[nodiscard]] bool is_picture_name(const std::filesystem::path& file);

/// The picture in a file, whose content says which format it has. `header_only`: its shape alone.
///
/// Throws BadData, one line naming the file, for: a missing, empty or unreadable file; one above 256 MiB; more than
/// kMostPicturePixels; one that is no picture, is damaged or ends early; PNG with transparency or 16 bits a channel;
/// PGM with values above 255; JPEG of four colours.
[[nodiscard]] Picture read_picture(const std::filesystem::path& file, bool header_only = false);

/// Red, green and blue of one pixel after the other as a plane each.
[[nodiscard]] std::vector<std::uint8_t> planes_of(std::span<const std::uint8_t> interleaved, std::size_t channels);

}  // namespace ohmcarlo
