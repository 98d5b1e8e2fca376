#include "data/dataset.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "data/byte_source.hpp"
#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/tiny_imagenet.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

SampleSet idx_training(const fs::path& directory) {
  return read_idx(find_plain_or_gzip(directory, "train-images-idx3-ubyte"),
                  find_plain_or_gzip(directory, "train-labels-idx1-ubyte"), 10);
}

SampleSet idx_test(const fs::path& directory) {
  return read_idx(find_plain_or_gzip(directory, "t10k-images-idx3-ubyte"),
                  find_plain_or_gzip(directory, "t10k-labels-idx1-ubyte"), 10);
}

SampleSet cifar10_training(const fs::path& directory) {
  std::vector<fs::path> files;
  for (int batch = 1; batch <= 5; ++batch) {
    files.push_back(find_plain_or_gzip(directory, fmt::format("data_batch_{}.bin", batch)));
  }
  return read_cifar10(files);
}

SampleSet cifar10_test(const fs::path& directory) {
  return read_cifar10({find_plain_or_gzip(directory, "test_batch.bin")});
}

SampleSet cifar100_training(const fs::path& directory) {
  return read_cifar100(find_plain_or_gzip(directory, "train.bin"));
}

SampleSet cifar100_test(const fs::path& directory) {
  return read_cifar100(find_plain_or_gzip(directory, "test.bin"));
}

struct KnownSet {
  std::string name;
  SampleShape shape;
  std::size_t classes;
  InputScaling scaling;
  SampleSet (*training)(const fs::path& directory);
  SampleSet (*test)(const fs::path& directory);
  std::vector<std::string> files;  // plain or with .gz: one of them shows that the set is there; none: any directory
  std::string package;             // Debian's, or empty
};

const std::vector<KnownSet>& known_sets() {
  static const std::vector<std::string> idx_files{"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                  "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
  static const std::vector<KnownSet> sets{
      {"mnist", {1, 28, 28}, 10, {{0.5F}, {0.5F}}, idx_training, idx_test, idx_files, ""},
      {"fashion-mnist", {1, 28, 28}, 10, {{0.5F}, {0.5F}}, idx_training, idx_test, idx_files, "dataset-fashion-mnist"},
      {"cifar10",
       {3, 32, 32},
       10,
       {{0.491F, 0.482F, 0.446F}, {0.247F, 0.243F, 0.261F}},
       cifar10_training,
       cifar10_test,
       {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
        "test_batch.bin"},
       ""},
      {"cifar100",
       {3, 32, 32},
       100,
       {{0.5071F, 0.4865F, 0.4409F}, {0.2673F, 0.2564F, 0.2762F}},
       cifar100_training,
       cifar100_test,
       {"train.bin", "test.bin"},
       ""},
      {"tiny-imagenet",
       {3, 64, 64},
       200,
       {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}},
       read_tiny_imagenet_training,
       read_tiny_imagenet_validation,
       {"wnids.txt"},
       ""},
      // Speech is read by load_speech (data/speech_set.hpp).
      {"fsdd", {}, 10, {}, nullptr, nullptr, {}, ""},
      {"kws", {}, 6, {}, nullptr, nullptr, {}, ""},
      {"folder", {}, 0, {}, nullptr, nullptr, {}, ""},
      {"timit", {}, 61, {}, nullptr, nullptr, {}, ""},
  };
  return sets;
}

const KnownSet& known_set(const std::string& name) {
  std::string allowed;
  for (const KnownSet& set : known_sets()) {
    if (name == set.name) return set;
    allowed += (allowed.empty() ? "" : ", ") + set.name;
  }
  fail_usage("data.set = \"{}\" is unknown; allowed: {}", name, allowed);
}

std::string how_to_get(const KnownSet& set) {
  if (set.files.empty()) return "data.directory says where it is, or OHMCARLO_DATA=DIR for DIR/" + set.name;
  const std::string fetch =
      fmt::format("experiments/fetch_data.sh {} DIR fetches it (then OHMCARLO_DATA=DIR)", set.name);
  return set.package.empty() ? fetch : fmt::format("install Debian's package {}, or {}", set.package, fetch);
}

bool holds_a_file(const fs::path& directory, const KnownSet& set) {
  std::error_code unread;
  if (set.files.empty()) return fs::is_directory(directory, unread);
  return std::any_of(set.files.begin(), set.files.end(), [&](const std::string& name) {
    std::error_code ignored;
    return fs::exists(directory / name, ignored) || fs::exists(directory / (name + ".gz"), ignored);
  });
}

// The number of classes shapes the network before any file is read, so a set has to keep to it.
SampleSet with_published_classes(SampleSet images, const KnownSet& set, const fs::path& directory) {
  if (images.classes() != set.classes) {
    fail_data("{}: {} classes; the published set {} has {}", directory.string(), images.classes(), set.name,
              set.classes);
  }
  return images;
}

std::vector<fs::path> places(const KnownSet& set) {
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

SampleShape image_shape(const std::string& set) {
  return known_set(set).shape;
}

std::size_t image_classes(const std::string& set) {
  return known_set(set).classes;
}

InputScaling published_scaling(const std::string& set) {
  return known_set(set).scaling;
}

fs::path find_dataset_directory(const std::string& set, const fs::path& directory_from_key) {
  const KnownSet& known = known_set(set);
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

SampleSet load_training(const std::string& set, const fs::path& directory) {
  const KnownSet& known = known_set(set);
  return with_published_classes(known.training(directory), known, directory);
}

SampleSet load_test(const std::string& set, const fs::path& directory) {
  const KnownSet& known = known_set(set);
  return with_published_classes(known.test(directory), known, directory);
}

}  // namespace ohmcarlo
