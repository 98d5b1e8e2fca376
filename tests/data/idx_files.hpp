#pragma once
// Small IDX files for the tests, plain and compressed.

#include <array>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include <zlib.h>

#include "scratch.hpp"

namespace ohmcarlo::test {

using Bytes = std::vector<std::uint8_t>;

inline fs::path write_file(const fs::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
  return path;
}

/// Big-endian header words, then the body.
inline Bytes idx_bytes(std::initializer_list<std::uint32_t> header, const Bytes& body) {
  Bytes bytes;
  for (const std::uint32_t word : header) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
  }
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

/// One gzip member.
inline Bytes gzip(const Bytes& plain) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflate");
  Bytes packed(deflateBound(&stream, plain.size()));
  Bytes input = plain;
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// `count` images of 2 x 3 pixels: pixel p of image i is 10 i + p (mod 256).
inline Bytes image_bytes(std::uint32_t count) {
  Bytes body;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t p = 0; p < 6; ++p) body.push_back(static_cast<std::uint8_t>(10 * i + p));
  }
  return idx_bytes({2051, count, 2, 3}, body);
}

/// `count` images of this size, all black.
inline Bytes blank_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns) {
  return idx_bytes({2051, count, rows, columns}, Bytes(std::size_t{count} * rows * columns));
}

/// Label i is i mod 10.
inline Bytes label_bytes(std::uint32_t count) {
  Bytes body;
  for (std::uint32_t i = 0; i < count; ++i) body.push_back(static_cast<std::uint8_t>(i % 10));
  return idx_bytes({2049, count}, body);
}

}  // namespace ohmcarlo::test
