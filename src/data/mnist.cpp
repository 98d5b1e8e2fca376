#include "data/mnist.hpp"

#include <utility>

#include "base/error.hpp"
#include "data/byte_source.hpp"
#include "data/idx.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTrainingImages = "train-images-idx3-ubyte";
constexpr const char* kTrainingLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

constexpr SampleShape kMnistShape{1, 28, 28};
constexpr std::size_t kMnistClasses = 10;

struct MnistFiles {
  std::filesystem::path images, labels;
};

MnistFiles files_of(const std::filesystem::path& directory, SetPart part) {
  const bool training = part == SetPart::training;
  return {find_plain_or_gzip(directory, training ? kTrainingImages : kTestImages),
          find_plain_or_gzip(directory, training ? kTrainingLabels : kTestLabels)};
}

void check_mnist_shape(const MnistFiles& files, const SampleShape& shape) {
  if (shape != kMnistShape)
    fail_data("{}: images of {} x {} pixels; needed: 28 x 28 (data.set = \"idx\" takes any)", files.images.string(),
              shape.height, shape.width);
}

ImageSizes measure_mnist(const ImageFiles& /*names*/, const std::filesystem::path& directory, SetPart part) {
  const MnistFiles files = files_of(directory, part);
  const ImageSizes sizes = measure_idx(files.images, files.labels, kMnistClasses);
  check_mnist_shape(files, sizes.shape);
  return sizes;
}

SampleSet load_mnist(const ImageFiles& /*names*/, const std::filesystem::path& directory, SetPart part) {
  const MnistFiles files = files_of(directory, part);
  SampleSet images = read_idx(files.images, files.labels, kMnistClasses);
  check_mnist_shape(files, images.shape());
  return images;
}

/// The scaling is the mean and the standard deviation of all pixels of the training images.
DataSet mnist_set_of(std::string name, std::string package, InputScaling scaling) {
  return {.name = std::move(name),
          .source = ImageSource{.shape = kMnistShape,
                                .classes = kMnistClasses,
                                .scaling = std::move(scaling),
                                .scaling_was_other = true,
                                .load = load_mnist,
                                .measure = measure_mnist},
          .files = {kTrainingImages, kTrainingLabels, kTestImages, kTestLabels},
          .package = std::move(package)};
}

}  // namespace

DataSet mnist_set() {
  return mnist_set_of("mnist", "", {{0.1307F}, {0.3081F}});
}

DataSet fashion_mnist_set() {
  return mnist_set_of("fashion-mnist", "dataset-fashion-mnist", {{0.2860F}, {0.3530F}});
}

}  // namespace ohmcarlo
