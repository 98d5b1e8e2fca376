#pragma once
// Small archives of numpy arrays.

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include "scratch.hpp"

namespace ohmcarlo::test {

/// The bytes of a .npy file of version 1.0.
template <class T>
std::string npy(const std::string& type, const std::vector<std::size_t>& shape, const std::vector<T>& values,
                const std::string& order = "False") {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}{}), }}", type, order,
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  while ((header.size() + 11) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return bytes;
}

/// An archive of members by name; deflated unless `stored`.
inline fs::path write_zip(const fs::path& path, const std::vector<std::pair<std::string, std::string>>& members,
                          bool stored = false) {
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  EXPECT_NE(archive, nullptr);
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t number = zip_file_add(archive, name.c_str(), source, 0);
    EXPECT_GE(number, 0);
    (void)zip_set_file_compression(archive, static_cast<zip_uint64_t>(number), stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                   0);
  }
  EXPECT_EQ(zip_close(archive), 0);
  return path;
}

}  // namespace ohmcarlo::test
