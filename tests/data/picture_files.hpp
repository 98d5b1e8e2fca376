#pragma once
// PNG and PGM files for the tests.

#include <cstring>
#include <stdexcept>
#include <string>

#include <png.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {

/// `pixels` [height, width, channels] of a format of libpng.
inline Bytes png_bytes(unsigned width, unsigned height, const Bytes& pixels, std::uint32_t format = PNG_FORMAT_GRAY) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = format;
  Bytes bytes(1 << 16);
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr) == 0)
    throw std::runtime_error(image.message);
  bytes.resize(size);
  return bytes;
}

inline Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

}  // namespace ohmcarlo::test
