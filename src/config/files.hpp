#pragma once
// Files that keys name: what they hold, read once for all points, and how they count in identities.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "config/file_content.hpp"
#include "config/reader.hpp"
#include "data/image_files.hpp"
#include "device/cell_variation.hpp"
#include "exchange/onnx.hpp"
#include "exchange/weights.hpp"

namespace ohmcarlo {

/// The levels of a CSV file for cells of so many.
struct LevelFile {
  LevelTable levels;
  std::string sha256;  ///< of the numbers, not of the text
};

/// What the files that points name hold, each read once. One such object must not be used by two threads at once.
struct FileCache {
  std::map<std::string, std::shared_ptr<const ImportedNetwork>> networks;
  std::map<std::string, std::shared_ptr<const WeightsFile>> weights;
  std::map<std::pair<std::string, int>, std::shared_ptr<const LevelFile>> levels;  ///< by name and highest level
  std::map<std::string, ImageSizes> image_sets;  ///< training parts of sets of one's own, by all that names them
};

/// Records that `key`, which names a file, was read as `sha256`, the content of that file, and returns how the file
/// counts.
FileContent record_content(Reader& reader, KeyName key, const std::string& sha256);

}  // namespace ohmcarlo
