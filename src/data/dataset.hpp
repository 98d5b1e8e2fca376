#pragma once
// The data sets by name: where their files are, and reading them.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// What data.set may be, in the order of the documentation.
[[nodiscard]] std::vector<std::string_view> data_set_names();
/// The data sets that are corpora of speech, separated by commas, for messages.
[[nodiscard]] std::string speech_set_names();

/// What a data set says of itself. Throws BadUsage, naming all sets, for an unknown name.
[[nodiscard]] const DataSet& find_data_set(const std::string& name);

/// Whether a data set is a corpus of speech, which load_speech reads (data/speech_set.hpp). Throws BadUsage for an
/// unknown name.
[[nodiscard]] bool is_speech(const std::string& set);
/// Whether a data set has a label for every frame of its sequences, not one a sample. Throws BadUsage for an unknown
/// name.
[[nodiscard]] bool labels_frames(const std::string& set);

/// The directory of a data set. `directory_from_key` is the experiment's `data.directory`, or empty. Without it:
/// `<dir>/<set>` for each <dir> of the colon-separated $OHMCARLO_DATA, then the system's package; the first that holds
/// at least one of the set's files.
///
/// Throws BadUsage for an unknown set; BadData if the key names no directory, or if nothing was found, listing every
/// place that was looked at and how to get the data.
[[nodiscard]] std::filesystem::path find_dataset_directory(const std::string& set,
                                                           const std::filesystem::path& directory_from_key);

/// Shape of an image of the set as it is published, without looking at files; of speech and of sets of one's own
/// 0 x 0 x 0. Throws BadUsage for an unknown set.
[[nodiscard]] SampleShape image_shape(const std::string& set);
/// Number of classes of a set of images as it is published; of speech and of sets of one's own 0. Throws BadUsage for
/// an unknown set.
[[nodiscard]] std::size_t image_classes(const std::string& set);

/// The channel means and standard deviations that the literature scales the inputs of a set of images with; of speech
/// none. Throws BadUsage for an unknown set.
[[nodiscard]] InputScaling published_scaling(const std::string& set);

/// The sizes of a part of a set of images, from headers and names where these tell them. `files`: of a set of one's
/// own. Throws BadUsage for an unknown set; BadData for what can be seen so of what load_training and load_test refuse.
[[nodiscard]] ImageSizes measure_images(const std::string& set, const std::filesystem::path& directory, SetPart part,
                                        const ImageFiles& files = {});

/// The training images of a set, in the order of its files: 60,000 of MNIST and Fashion-MNIST, 50,000 of CIFAR, 100,000
/// of Tiny ImageNet (1.2 GB). `files`: of a set of one's own. Throws BadUsage for an unknown set; BadData for what the
/// set's reader throws it for, and for another number of classes than the published one.
[[nodiscard]] SampleSet load_training(const std::string& set, const std::filesystem::path& directory,
                                      const ImageFiles& files = {});
/// The test images of a set, in the order of its files: 10,000 of each published one. Throws as load_training does.
[[nodiscard]] SampleSet load_test(const std::string& set, const std::filesystem::path& directory,
                                  const ImageFiles& files = {});

}  // namespace ohmcarlo
