#pragma once
// Archives of numpy for the tests, written from the format's description (numpy.lib.format, APPNOTE.TXT of zip): stored
// members, version 1.0.

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {

/// An array as a .npy file: descr as in "|u1", shape as in "(2, 3)".
inline std::string npy(const std::string& descr, const std::string& shape, const std::string& body,
                       bool columns_first = false) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr,
                                   columns_first ? "True" : "False", shape);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  const auto low = static_cast<char>(header.size() & 0xFF), high = static_cast<char>(header.size() >> 8);
  return std::string("\x93NUMPY\x01\x00", 8) + low + high + header + body;
}

/// A number of so many bytes, the lowest first.
inline std::string little(std::uint64_t number, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i));
  return text;
}

/// A zip of files by name.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string archive, directory;
  for (const auto& [name, body] : files) {
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    const std::string common = little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(crc, 4) +
                               little(body.size(), 4) + little(body.size(), 4) + little(name.size(), 2) + little(0, 2);
    directory += "PK\x01\x02" + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) +
                 little(archive.size(), 4) + name;
    archive += "PK\x03\x04" + common + name + body;
  }
  return archive + directory + "PK\x05\x06" + little(0, 4) + little(files.size(), 2) + little(files.size(), 2) +
         little(directory.size(), 4) + little(archive.size(), 4) + little(0, 2);
}

}  // namespace ohmcarlo::test
