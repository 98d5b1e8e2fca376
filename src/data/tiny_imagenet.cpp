#include "data/tiny_imagenet.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "data/jpeg.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr SampleShape kTinyShape{3, 64, 64};
constexpr std::size_t kMostClasses = 256;  // a label is a byte
constexpr std::string_view kEnding = ".JPEG";

// Calls use(line number, line) for every line that is not empty.
template <class Use>
void for_each_line(const fs::path& path, Use use) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) fail_data("{}: no such file", path.string());
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_data("{}: cannot be opened", path.string());
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) use(number, line);
  }
  if (file.bad()) fail_data("{}: cannot be read to its end", path.string());
}

bool is_class_name(std::string_view name) {
  return name.size() == 9 && name[0] == 'n' &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Classes {
  std::vector<std::string> names;       // [label]
  std::map<std::string, Label> labels;  // of the names
};

Classes read_classes(const fs::path& directory) {
  const fs::path path = directory / "wnids.txt";
  Classes classes;
  for_each_line(path, [&](std::size_t number, const std::string& line) {
    if (!is_class_name(line)) fail_data("{}:{}: this is not a class (n and eight digits)", path.string(), number);
    if (classes.names.size() == kMostClasses)
      fail_data("{}:{}: more than {} classes", path.string(), number, kMostClasses);
    if (!classes.labels.emplace(line, static_cast<Label>(classes.names.size())).second) {
      fail_data("{}:{}: {} is there twice", path.string(), number, line);
    }
    classes.names.push_back(line);
  });
  if (classes.names.empty()) fail_data("{}: there is no class in it", path.string());
  return classes;
}

// The number <n> of <class>_<n>.JPEG.
std::uint64_t image_number(const fs::path& path, const std::string& class_name) {
  const std::string name = path.filename().string();
  std::uint64_t number = 0;
  if (name.starts_with(class_name + "_")) {
    const char* const begin = name.data() + class_name.size() + 1;
    const char* const end = name.data() + name.size() - kEnding.size();
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && stop == end) return number;
  }
  fail_data("{}: the name of a training image must be {}_NUMBER{}", path.string(), class_name, kEnding);
}

std::vector<fs::path> images_of_class(const fs::path& folder, const std::string& class_name) {
  std::error_code error;
  std::vector<std::pair<std::uint64_t, fs::path>> images;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().ends_with(kEnding)) {
      images.emplace_back(image_number(entry->path(), class_name), entry->path());
    }
  }
  if (error) fail_data("{}: cannot be read as a folder ({})", folder.string(), error.message());
  if (images.empty()) fail_data("{}: there are no images *{} in it", folder.string(), kEnding);
  std::sort(images.begin(), images.end());
  std::vector<fs::path> paths;
  for (auto& image : images) paths.push_back(std::move(image.second));
  return paths;
}

/// The files of a part with their labels, in the order of the set.
struct TinyFiles {
  std::size_t classes = 0;
  std::vector<fs::path> files{};
  std::vector<Label> labels{};
};

TinyFiles list_training(const fs::path& directory) {
  const Classes classes = read_classes(directory);
  TinyFiles found{classes.names.size()};
  for (const std::string& name : classes.names) {
    std::vector<fs::path> images = images_of_class(directory / "train" / name / "images", name);
    found.labels.insert(found.labels.end(), images.size(), classes.labels.at(name));
    std::move(images.begin(), images.end(), std::back_inserter(found.files));
  }
  return found;
}

TinyFiles list_validation(const fs::path& directory) {
  const Classes classes = read_classes(directory);
  TinyFiles found{classes.names.size()};
  const fs::path path = directory / "val" / "val_annotations.txt";
  for_each_line(path, [&](std::size_t number, const std::string& line) {
    const std::size_t first = line.find('\t');
    if (first == 0 || first == std::string::npos || line.find('/') < first) {
      fail_data("{}:{}: a line must be a file name, a class and a box, with tabs between them", path.string(), number);
    }
    const std::string name = line.substr(first + 1, line.find('\t', first + 1) - first - 1);
    const auto label = classes.labels.find(name);
    if (label == classes.labels.end()) {
      fail_data("{}:{}: '{}' is not a class of wnids.txt", path.string(), number, name);
    }
    found.files.push_back(directory / "val" / "images" / line.substr(0, first));
    found.labels.push_back(label->second);
  });
  if (found.files.empty()) fail_data("{}: there is no image in it", path.string());
  return found;
}

SampleSet read_images(TinyFiles found) {
  std::vector<std::uint8_t> pixels(found.files.size() * kTinyShape.values());
  for (std::size_t i = 0; i < found.files.size(); ++i)
    read_jpeg(found.files[i], kTinyShape, pixels.data() + i * kTinyShape.values());
  return SampleSet::of_images(kTinyShape, std::move(pixels), std::move(found.labels), found.classes);
}

ImageSizes measure_tiny_imagenet(const ImageFiles& /*names*/, const fs::path& directory, SetPart part) {
  const TinyFiles found = part == SetPart::training ? list_training(directory) : list_validation(directory);
  return {found.files.size(), kTinyShape, found.classes};
}

SampleSet load_tiny_imagenet(const ImageFiles& /*names*/, const fs::path& directory, SetPart part) {
  return part == SetPart::training ? read_tiny_imagenet_training(directory) : read_tiny_imagenet_validation(directory);
}

}  // namespace

SampleSet read_tiny_imagenet_training(const fs::path& directory) {
  return read_images(list_training(directory));
}

SampleSet read_tiny_imagenet_validation(const fs::path& directory) {
  return read_images(list_validation(directory));
}

// The scaling is that of ImageNet.
DataSet tiny_imagenet_set() {
  return {.name = "tiny-imagenet",
          .source = ImageSource{.shape = kTinyShape,
                                .classes = 200,
                                .scaling = {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}},
                                .load = load_tiny_imagenet,
                                .measure = measure_tiny_imagenet},
          .files = {"wnids.txt"}};
}

}  // namespace ohmcarlo
