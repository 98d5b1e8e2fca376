#pragma once
// HDF5 files of plain arrays that other programs read.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ohmcarlo {

using FileAttribute = std::pair<std::string, std::variant<std::string, double, std::int64_t>>;

/// One array of a file, row-major.
struct FileArray {
  std::string path;  ///< "logits", or "layer_1/weights": in groups that are made for it
  std::vector<std::size_t> shape;
  std::variant<std::vector<float>, std::vector<std::int32_t>, std::vector<std::uint32_t>> values;
  std::vector<FileAttribute> attributes;
};

/// Writes the file whole or not at all. Throws UnusableResults if it cannot.
void save_arrays(const std::filesystem::path& path, const std::vector<FileAttribute>& attributes,
                 const std::vector<FileArray>& arrays);

}  // namespace ohmcarlo
