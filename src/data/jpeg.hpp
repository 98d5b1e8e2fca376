#pragma once
// Images from JPEG files.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "data/picture.hpp"

namespace ohmcarlo {

/// Writes the red, green and blue planes of the image in a file to `pixels`, `shape.values()` bytes in all (3
/// channels); a grey image gives three equal planes. Decoded as libjpeg does by default (accurate integer transform,
/// smooth chroma).
///
/// Throws BadData, one line naming the file, for: a missing, empty or unreadable file; one above 1 MiB; what
/// libjpeg cannot read or only warns of (damaged data, data that ends early); an image of another size.
void read_jpeg(const std::filesystem::path& file, const SampleShape& shape, std::uint8_t* pixels);

/// The picture in the `bytes` of a JPEG `file`, grey as one plane, colours as three; decoded as above. `header_only`:
/// its shape alone. Throws BadData, one line naming the file, for what libjpeg cannot read or only warns of, and for
/// colours other than red, green and blue.
[[nodiscard]] Picture read_jpeg(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes,
                                bool header_only);

}  // namespace ohmcarlo
