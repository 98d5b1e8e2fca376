#pragma once
// The data sets by name: where their files are, and reading them.

#include <filesystem>
#include <string>

#include "data/images.hpp"

namespace ohmcarlo {

/// The directory of a data set (`set`: "mnist" or "fashion-mnist"). `directory_from_key` is the experiment's
/// `data.directory`, or empty. Without it: `<dir>/<set>` for each <dir> of the colon-separated $OHMCARLO_DATA, then the
/// system's package; the first that holds at least one of the set's files.
///
/// Throws Error: exit 2 for an unknown set; exit 3 if the key names no directory, or if nothing was found, listing
/// every place that was looked at and how to get the data.
[[nodiscard]] std::filesystem::path find_dataset_directory(const std::string& set,
                                                           const std::filesystem::path& directory_from_key);

/// Pixels of an image (channels included) and classes of the set as it is published, without looking at files.
/// Throws Error (exit 2) for an unknown set.
[[nodiscard]] std::size_t image_pixels(const std::string& set);
[[nodiscard]] std::size_t image_classes(const std::string& set);

/// The training (60,000 in the original sets) or test (10,000) images, in the order of the file.
/// Throws Error: exit 2 for an unknown set, exit 3 for what read_idx throws.
[[nodiscard]] ImageSet load_training(const std::string& set, const std::filesystem::path& directory);
[[nodiscard]] ImageSet load_test(const std::string& set, const std::filesystem::path& directory);

}  // namespace ohmcarlo
