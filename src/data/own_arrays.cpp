#include "data/own_arrays.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"
#include "data/byte_source.hpp"
#include "data/idx.hpp"
#include "data/npz_array.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

/// Reads the array that a name stands for.
using ReadArray = IntegerArray (*)(const fs::path& directory, const std::string& name, ArrayExtent extent);

IntegerArray idx_array(const fs::path& directory, const std::string& name, ArrayExtent extent) {
  return read_idx_array(find_plain_or_gzip(directory, name), extent);
}

/// FILE or FILE:ARRAY.
IntegerArray npz_array(const fs::path& directory, const std::string& name, ArrayExtent extent) {
  const std::size_t colon = name.rfind(':');
  const fs::path file = directory / name.substr(0, colon);
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) fail_data("{}: no such file", file.string());
  return read_npz_array(file, colon == std::string::npos ? "" : name.substr(colon + 1), extent);
}

/// Which size of an array is which, and what it is: the places of channels, rows and columns among the sizes.
struct ImageAxes {
  static constexpr std::size_t kNone = 0;  ///< the place of the count, which no other axis has
  std::size_t channels = kNone, height = 0, width = 0;

  [[nodiscard]] SampleShape shape(const std::vector<std::size_t>& sizes) const {
    return {channels == kNone ? 1 : sizes[channels], sizes[height], sizes[width]};
  }
};

ImageAxes image_axes(const IntegerArray& images, const std::string& wanted) {
  if (images.type.name != "uint8")
    fail_data("{}: its numbers are of type {} (allowed: uint8, pixels from 0 to 255)", images.where, images.type.name);
  const std::string axes = wanted.empty() ? "hw" : wanted;
  if (images.sizes.size() != axes.size() + 1) {
    fail_data(
        "{}: its sizes are {} (needed: the count of images, then {}{})", images.where, images.sizes_text(),
        axes == "hw" ? "height and width" : fmt::format("data.axes = \"{}\"", axes),
        images.sizes.size() == 4 ? "; of images with channels data.axes = \"hwc\" or \"chw\" says how they lie" : "");
  }
  const auto place = [&](char axis) { return axes.find(axis) == std::string::npos ? 0 : axes.find(axis) + 1; };
  return {place('c'), place('h'), place('w')};
}

/// The pixels as channel, row, column.
std::vector<std::uint8_t> ordered_pixels(IntegerArray images, const ImageAxes& axes) {
  const SampleShape shape = axes.shape(images.sizes);
  std::vector<std::size_t> stride(images.sizes.size(), 1);
  for (std::size_t i = stride.size() - 1; i-- > 0;) stride[i] = stride[i + 1] * images.sizes[i + 1];
  const std::size_t channel_stride =
      axes.channels == ImageAxes::kNone ? shape.height * shape.width : stride[axes.channels];
  if (stride[axes.width] == 1 && stride[axes.height] == shape.width && channel_stride == shape.height * shape.width)
    return std::move(images.bytes);
  std::vector<std::uint8_t> pixels(images.bytes.size());
  std::uint8_t* to = pixels.data();
  for (std::size_t image = 0; image < images.sizes[0]; ++image)
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
      for (std::size_t row = 0; row < shape.height; ++row)
        for (std::size_t column = 0; column < shape.width; ++column)
          *to++ = images.bytes[image * stride[0] + channel * channel_stride + row * stride[axes.height] +
                               column * stride[axes.width]];
  return pixels;
}

/// What the labels of a part say: the number of the class of every image.
std::vector<Label> read_labels(const IntegerArray& labels, const ImageFiles& files) {
  if (!labels.type.is_integer)
    fail_data("{}: its numbers are of type {} (allowed: integers)", labels.where, labels.type.name);
  std::size_t columns = 1, column = 0;
  if (labels.sizes.size() == 2) {
    columns = labels.sizes[1];
    if (columns > 1 && !files.label_column)
      fail_data("{}: {} labels an image; data.label_column says which is the class (0 is the first)", labels.where,
                columns);
    column = files.label_column.value_or(0);
  }
  if (labels.sizes.size() > 2 || column >= columns || (labels.sizes.size() == 1 && files.label_column.value_or(0) > 0))
    fail_data("{}: its sizes are {} (needed: a label an image, or a row with a column {})", labels.where,
              labels.sizes_text(), files.label_column.value_or(0));
  std::vector<Label> classes(labels.sizes[0]);
  for (std::size_t image = 0; image < classes.size(); ++image) {
    const std::int64_t label = labels.number(image * columns + column);
    const auto most = static_cast<std::int64_t>(kMostImageClasses) + files.first_label;
    if (label < files.first_label || label >= most)
      fail_data("{}: label {} of image {} (allowed: {} to {}, as data.first_label says)", labels.where, label, image,
                files.first_label, most - 1);
    classes[image] = static_cast<Label>(label - files.first_label);
  }
  return classes;
}

struct Labels {
  std::string where;
  std::vector<Label> classes;
};

template <ReadArray read>
Labels labels_of(const ImageFiles& files, const fs::path& directory, SetPart part) {
  const IntegerArray labels = read(directory, files.names(part).labels, ArrayExtent::whole);
  return {labels.where, read_labels(labels, files)};
}

/// The classes of the training labels.
std::size_t count_classes(const Labels& labels, const ImageFiles& files) {
  const auto [least, most] = std::ranges::minmax(labels.classes);
  if (least > 0)
    fail_data("{}: no image has the label {}, the least is {} (data.first_label = {} makes it the first class)",
              labels.where, files.first_label, files.first_label + least, files.first_label + least);
  if (most == 0) fail_data("{}: all labels are {} (needed: two classes)", labels.where, files.first_label);
  return static_cast<std::size_t>(most) + 1;
}

/// Checks images and labels of a part against each other, and test labels against the classes of the training labels.
template <ReadArray read>
ImageSizes check_part(const ImageFiles& files, const fs::path& directory, SetPart part, const IntegerArray& images,
                      const Labels& labels) {
  const SampleShape shape = image_axes(images, files.axes).shape(images.sizes);
  if (labels.classes.size() != images.sizes[0])
    fail_data("{}: {} labels for the {} images of {}; one each is needed", labels.where, labels.classes.size(),
              images.sizes[0], images.where);
  if (part == SetPart::training) return {images.sizes[0], shape, count_classes(labels, files)};
  const std::size_t classes = count_classes(labels_of<read>(files, directory, SetPart::training), files);
  for (std::size_t image = 0; image < labels.classes.size(); ++image)
    if (static_cast<std::size_t>(labels.classes[image]) >= classes)
      fail_data("{}: label {} of image {}; the training labels are {} to {}", labels.where,
                files.first_label + labels.classes[image], image, files.first_label,
                files.first_label + static_cast<std::int64_t>(classes) - 1);
  return {images.sizes[0], shape, classes};
}

template <ReadArray read>
ImageSizes measure(const ImageFiles& files, const fs::path& directory, SetPart part) {
  const IntegerArray images = read(directory, files.names(part).images, ArrayExtent::header);
  return check_part<read>(files, directory, part, images, labels_of<read>(files, directory, part));
}

template <ReadArray read>
SampleSet load(const ImageFiles& files, const fs::path& directory, SetPart part) {
  IntegerArray images = read(directory, files.names(part).images, ArrayExtent::whole);
  Labels labels = labels_of<read>(files, directory, part);
  const ImageSizes sizes = check_part<read>(files, directory, part, images, labels);
  const ImageAxes axes = image_axes(images, files.axes);
  return SampleSet::of_images(sizes.shape, ordered_pixels(std::move(images), axes), std::move(labels.classes),
                              sizes.classes);
}

}  // namespace

DataSet idx_set() {
  return {.name = "idx",
          .source =
              ImageSource{.load = load<idx_array>,
                          .measure = measure<idx_array>,
                          .own = OwnFiles{.arrays = true,
                                          .usual = {.training = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
                                                    .test = {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}}}}};
}

DataSet npz_set() {
  return {
      .name = "npz",
      .source = ImageSource{.load = load<npz_array>, .measure = measure<npz_array>, .own = OwnFiles{.arrays = true}}};
}

}  // namespace ohmcarlo
