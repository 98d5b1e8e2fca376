#pragma once
// Weights from elsewhere, for a network that the experiment file describes.

#include <filesystem>
#include <string>
#include <vector>

#include "records/model.hpp"

namespace ohmcarlo {

/// The arrays of a file, by name: what their names and shapes must be, the network says (experiment/stored.hpp).
struct WeightsFile {
  std::string file;     ///< for messages
  std::string content;  ///< sha256 of its bytes
  std::vector<NamedArray> arrays;
};

/// Reads an archive of numpy (.npz, by np.savez or np.savez_compressed) or a model of this program's store (.model.h5),
/// told apart by their first bytes. Throws Error (exit 3) that names the file, and the array where one is at fault:
/// what is neither, or damaged; values that are not finite.
[[nodiscard]] WeightsFile read_weights(const std::filesystem::path& path);

}  // namespace ohmcarlo
