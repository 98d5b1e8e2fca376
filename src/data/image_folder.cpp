#include "data/image_folder.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/picture.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

/// The images of a part in the order of the set.
struct PictureList {
  std::vector<std::string> classes{};  ///< of the training folder
  std::vector<fs::path> files{};
  std::vector<Label> labels{};
};

std::vector<std::string> class_folders(const fs::path& folder) {
  std::vector<std::string> names = names_in(folder, true);
  if (names.size() < 2 || names.size() > kMostImageClasses)
    fail_data("{}: {} folders (needed: one for each class, from 2 to {})", folder.string(), names.size(),
              kMostImageClasses);
  return names;
}

PictureList list_pictures(const ImageFiles& files, const fs::path& directory, SetPart part) {
  const fs::path folder = directory / files.names(part).images;
  PictureList list{class_folders(directory / files.training.images)};
  for (const std::string& name : part == SetPart::training ? list.classes : names_in(folder, true)) {
    const auto place = std::ranges::lower_bound(list.classes, name);
    if (place == list.classes.end() || *place != name)
      fail_data("{}: not a class of {}", (folder / name).string(), (directory / files.training.images).string());
    for (const std::string& file : names_in(folder / name, false)) {
      const fs::path path = folder / name / file;
      if (!is_picture_name(path))
        fail_data("{}: not the name of a picture (allowed: .jpg, .jpeg, .png, .pgm)", path.string());
      list.files.push_back(path);
      list.labels.push_back(static_cast<Label>(place - list.classes.begin()));
    }
    if (part == SetPart::training && (list.labels.empty() || list.labels.back() != place - list.classes.begin()))
      fail_data("{}: there is no picture in it", (folder / name).string());
  }
  if (list.files.empty()) fail_data("{}: there is no picture in its folders", folder.string());
  return list;
}

/// The shape of all images of the set.
SampleShape shape_of_pictures(const ImageFiles& files, const fs::path& directory) {
  return read_picture(list_pictures(files, directory, SetPart::training).files.front(), true).shape;
}

void check_picture(const fs::path& file, const SampleShape& found, const SampleShape& needed) {
  if (found.height != needed.height || found.width != needed.width)
    fail_data("{}: the image is {} x {} pixels (width x height); needed: {} x {}, as the first image of the set",
              file.string(), found.width, found.height, needed.width, needed.height);
  if (found.channels > needed.channels)
    fail_data("{}: the image has colours; needed: a grey one, as the first image of the set", file.string());
}

ImageSizes measure_folder(const ImageFiles& files, const fs::path& directory, SetPart part) {
  const PictureList list = list_pictures(files, directory, part);
  const SampleShape shape = shape_of_pictures(files, directory);
  check_picture(list.files.front(), read_picture(list.files.front(), true).shape, shape);
  return {list.files.size(), shape, list.classes.size()};
}

SampleSet load_folder(const ImageFiles& files, const fs::path& directory, SetPart part) {
  PictureList list = list_pictures(files, directory, part);
  const SampleShape shape = shape_of_pictures(files, directory);
  std::vector<std::uint8_t> pixels;
  for (const fs::path& file : list.files) {
    const Picture picture = read_picture(file);
    check_picture(file, picture.shape, shape);
    for (std::size_t channel = 0; channel < shape.channels; channel += picture.shape.channels)
      pixels.insert(pixels.end(), picture.pixels.begin(), picture.pixels.end());
  }
  return SampleSet::of_images(shape, std::move(pixels), std::move(list.labels), list.classes.size());
}

}  // namespace

DataSet images_set() {
  return {.name = "images",
          .source = ImageSource{
              .load = load_folder,
              .measure = measure_folder,
              .own = OwnFiles{.arrays = false, .usual = {.training = {"train", ""}, .test = {"test", ""}}}}};
}

}  // namespace ohmcarlo
