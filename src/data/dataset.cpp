#include "data/dataset.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "data/cifar.hpp"
#include "data/fsdd.hpp"
#include "data/image_folder.hpp"
#include "data/mnist.hpp"
#include "data/own_arrays.hpp"
#include "data/timit.hpp"
#include "data/tiny_imagenet.hpp"
#include "data/word_folders.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

/// Every data set: a new one is a function of its own and its name here.
const std::vector<DataSet>& data_sets() {
  static const std::vector<DataSet> sets{mnist_set(),         fashion_mnist_set(), cifar10_set(),    cifar100_set(),
                                         tiny_imagenet_set(), fsdd_set(),          wake_words_set(), folder_set(),
                                         timit_set(),         idx_set(),           npz_set(),        images_set()};
  return sets;
}

/// Of speech a source without shape, scaling or files, which load_speech reads.
const ImageSource& images_of(const DataSet& set) {
  static const ImageSource none;
  const auto* images = std::get_if<ImageSource>(&set.source);
  return images != nullptr ? *images : none;
}

std::string how_to_get(const DataSet& set) {
  if (set.files.empty()) return "data.directory says where it is, or OHMCARLO_DATA=DIR for DIR/" + set.name;
  const std::string fetch =
      fmt::format("experiments/fetch_data.sh {} DIR fetches it (then OHMCARLO_DATA=DIR)", set.name);
  return set.package.empty() ? fetch : fmt::format("install Debian's package {}, or {}", set.package, fetch);
}

bool holds_a_file(const fs::path& directory, const DataSet& set) {
  std::error_code unread;
  if (set.files.empty()) return fs::is_directory(directory, unread);
  return std::any_of(set.files.begin(), set.files.end(), [&](const std::string& name) {
    std::error_code ignored;
    return fs::exists(directory / name, ignored) || fs::exists(directory / (name + ".gz"), ignored);
  });
}

// The number of classes shapes the network before any file is read, so a published set has to keep to it.
void check_classes(const DataSet& set, std::size_t classes, const fs::path& directory) {
  const ImageSource& source = images_of(set);
  if (!source.own && classes != source.classes) {
    fail_data("{}: {} classes; the published set {} has {}", directory.string(), classes, set.name, source.classes);
  }
}

SampleSet load(const DataSet& set, SetPart part, const fs::path& directory, const ImageFiles& files) {
  const ImageSource& source = images_of(set);
  require(source.load != nullptr, "a data set of images");
  SampleSet images = source.load(files, directory, part);
  check_classes(set, images.classes(), directory);
  return images;
}

std::vector<fs::path> places(const DataSet& set) {
  std::vector<fs::path> result;
  if (const char* list = std::getenv("OHMCARLO_DATA"); list != nullptr) {
    std::istringstream directories(list);
    for (std::string directory; std::getline(directories, directory, ':');) {
      if (!directory.empty()) result.push_back(fs::path(directory) / set.name);
    }
  }
  if (!set.package.empty()) result.push_back(fs::path("/usr/share/datasets") / set.name);
  return result;
}

}  // namespace

std::vector<std::string_view> data_set_names() {
  std::vector<std::string_view> names;
  for (const DataSet& set : data_sets()) names.emplace_back(set.name);
  return names;
}

std::string speech_set_names() {
  std::vector<std::string_view> names;
  for (const DataSet& set : data_sets())
    if (std::holds_alternative<SpeechSource>(set.source)) names.emplace_back(set.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

const DataSet& find_data_set(const std::string& name) {
  for (const DataSet& set : data_sets())
    if (name == set.name) return set;
  fail_usage("data.set = \"{}\" is unknown; allowed: {}", name, fmt::join(data_set_names(), ", "));
}

bool is_speech(const std::string& set) {
  return std::holds_alternative<SpeechSource>(find_data_set(set).source);
}

bool labels_frames(const std::string& set) {
  const auto* speech = std::get_if<SpeechSource>(&find_data_set(set).source);
  return speech != nullptr && speech->labels_frames;
}

SampleShape image_shape(const std::string& set) {
  return images_of(find_data_set(set)).shape;
}

std::size_t image_classes(const std::string& set) {
  return images_of(find_data_set(set)).classes;
}

InputScaling published_scaling(const std::string& set) {
  return images_of(find_data_set(set)).scaling;
}

fs::path find_dataset_directory(const std::string& set, const fs::path& directory_from_key) {
  const DataSet& known = find_data_set(set);
  std::error_code ignored;
  if (!directory_from_key.empty()) {
    if (!fs::is_directory(directory_from_key, ignored)) {
      fail_data("data.directory = \"{}\" is not a directory; it must hold the files of {}", directory_from_key.string(),
                set);
    }
    return directory_from_key;
  }
  std::string looked;
  for (const fs::path& place : places(known)) {
    if (holds_a_file(place, known)) return place;
    const char* reason = fs::is_directory(place, ignored) ? "holds none of its files" : "no such directory";
    looked += fmt::format("{}{} ({})", looked.empty() ? "" : ", ", place.string(), reason);
  }
  const bool have_list = std::getenv("OHMCARLO_DATA") != nullptr;
  fail_data("data set {} not found: data.directory is not given, {}; looked at: {}; {}", set,
            have_list ? "nor is it in OHMCARLO_DATA" : "nor is OHMCARLO_DATA set", looked.empty() ? "nothing" : looked,
            how_to_get(known));
}

ImageSizes measure_images(const std::string& set, const fs::path& directory, SetPart part, const ImageFiles& files) {
  const DataSet& known = find_data_set(set);
  const ImageSource& source = images_of(known);
  if (source.measure == nullptr) {
    const SampleSet images = load(known, part, directory, files);
    return {images.count(), images.shape(), images.classes()};
  }
  const ImageSizes sizes = source.measure(files, directory, part);
  check_classes(known, sizes.classes, directory);
  return sizes;
}

SampleSet load_training(const std::string& set, const fs::path& directory, const ImageFiles& files) {
  return load(find_data_set(set), SetPart::training, directory, files);
}

SampleSet load_test(const std::string& set, const fs::path& directory, const ImageFiles& files) {
  return load(find_data_set(set), SetPart::test, directory, files);
}

}  // namespace ohmcarlo
