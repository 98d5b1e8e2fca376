#pragma once
// Small files in the binary format of CIFAR-10 and CIFAR-100.

#include <cstddef>
#include <vector>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {

/// Pixel p = 0..3071 of image i: tells images, channels, rows and columns apart.
inline std::uint8_t cifar_pixel(std::size_t image, std::size_t p) {
  return static_cast<std::uint8_t>(31 * image + 97 * (p / 1024) + 7 * (p % 1024 / 32) + p % 32);
}

/// Records with these labels (one or two bytes each) and the pixels of the images first, first + 1, ...
inline Bytes cifar_bytes(const std::vector<Bytes>& labels, std::size_t first) {
  Bytes bytes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    bytes.insert(bytes.end(), labels[i].begin(), labels[i].end());
    for (std::size_t p = 0; p < 3072; ++p) bytes.push_back(cifar_pixel(first + i, p));
  }
  return bytes;
}

}  // namespace ohmcarlo::test
