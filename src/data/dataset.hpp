#pragma once
// The data sets by name: where their files are, and reading them.

#include <filesystem>
#include <string>

#include "data/samples.hpp"

namespace ohmcarlo {

/// The directory of a data set (`set`: "mnist", "fashion-mnist", "cifar10", "cifar100" with its fine labels,
/// "tiny-imagenet", or of speech: "fsdd", "kws", "folder", "timit"). `directory_from_key` is the experiment's
/// `data.directory`, or empty. Without it: `<dir>/<set>` for each <dir> of the colon-separated $OHMCARLO_DATA, then the
/// system's package; the first that holds at least one of the set's files.
///
/// Throws Error: exit 2 for an unknown set; exit 3 if the key names no directory, or if nothing was found, listing
/// every place that was looked at and how to get the data.
[[nodiscard]] std::filesystem::path find_dataset_directory(const std::string& set,
                                                           const std::filesystem::path& directory_from_key);

/// Shape of an image and number of classes of the set as it is published, without looking at files.
/// Throws Error (exit 2) for an unknown set.
[[nodiscard]] SampleShape image_shape(const std::string& set);
[[nodiscard]] std::size_t image_classes(const std::string& set);

/// The channel means and standard deviations that the literature scales this set's inputs with. For mnist,
/// fashion-mnist and cifar10 those of Qin et al. (CODES+ISSS 2024); for cifar100 the set's own; for tiny-imagenet those
/// of ImageNet. Throws Error (exit 2) for an unknown set.
[[nodiscard]] InputScaling published_scaling(const std::string& set);

/// The training images of the published set (60,000, of CIFAR 50,000, of Tiny ImageNet 100,000: 1.2 GB) or its test
/// images (10,000; of Tiny ImageNet the validation images, see tiny_imagenet.hpp), in the order of the files.
/// Throws Error: exit 2 for an unknown set, exit 3 for what read_idx, read_cifar10, read_cifar100 and
/// read_tiny_imagenet_* throw, and for another number of classes than the published one.
[[nodiscard]] SampleSet load_training(const std::string& set, const std::filesystem::path& directory);
[[nodiscard]] SampleSet load_test(const std::string& set, const std::filesystem::path& directory);

}  // namespace ohmcarlo
