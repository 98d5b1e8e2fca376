#include "data/dataset.hpp"

#include <array>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "data/idx.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrainImages = "train-images-idx3-ubyte";
constexpr const char* kTrainLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

struct KnownSet {
  const char* name;
  std::size_t pixels;
  std::size_t classes;
  const char* system_directory;  // of the distribution's package, or empty
  const char* how_to_get;
};

constexpr std::array kSets{
    KnownSet{"mnist", 784, 10, "", "experiments/fetch_data.sh mnist DIR fetches it (then OHMCARLO_DATA=DIR)"},
    KnownSet{"fashion-mnist", 784, 10, "/usr/share/datasets/fashion-mnist",
             "install Debian's package dataset-fashion-mnist, or experiments/fetch_data.sh fashion-mnist DIR fetches "
             "it (then OHMCARLO_DATA=DIR)"},
};

const KnownSet& known_set(const std::string& name) {
  for (const KnownSet& set : kSets) {
    if (name == set.name) return set;
  }
  fail_usage("data.set = \"{}\" is unknown; allowed: mnist, fashion-mnist", name);
}

bool holds_a_file(const fs::path& directory) {
  for (const std::string name : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
    std::error_code ignored;
    if (fs::exists(directory / name, ignored) || fs::exists(directory / (name + ".gz"), ignored)) return true;
  }
  return false;
}

std::vector<fs::path> places(const KnownSet& set) {
  std::vector<fs::path> result;
  if (const char* list = std::getenv("OHMCARLO_DATA"); list != nullptr) {
    std::istringstream directories(list);
    for (std::string directory; std::getline(directories, directory, ':');) {
      if (!directory.empty()) result.push_back(fs::path(directory) / set.name);
    }
  }
  if (*set.system_directory != '\0') result.emplace_back(set.system_directory);
  return result;
}

}  // namespace

std::size_t image_pixels(const std::string& set) {
  return known_set(set).pixels;
}

std::size_t image_classes(const std::string& set) {
  return known_set(set).classes;
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
    if (holds_a_file(place)) return place;
    const char* reason = fs::is_directory(place, ignored) ? "holds none of its files" : "no such directory";
    looked += fmt::format("{}{} ({})", looked.empty() ? "" : ", ", place.string(), reason);
  }
  const bool have_list = std::getenv("OHMCARLO_DATA") != nullptr;
  fail_data("data set {} not found: data.directory is not given, {}; looked at: {}; {}", set,
            have_list ? "nor is it in OHMCARLO_DATA" : "nor is OHMCARLO_DATA set", looked.empty() ? "nothing" : looked,
            known.how_to_get);
}

ImageSet load_training(const std::string& set, const fs::path& directory) {
  const KnownSet& known = known_set(set);
  return read_idx(find_idx_file(directory, kTrainImages), find_idx_file(directory, kTrainLabels), known.classes);
}

ImageSet load_test(const std::string& set, const fs::path& directory) {
  const KnownSet& known = known_set(set);
  return read_idx(find_idx_file(directory, kTestImages), find_idx_file(directory, kTestLabels), known.classes);
}

}  // namespace ohmcarlo
