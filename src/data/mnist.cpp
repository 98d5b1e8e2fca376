#include "data/mnist.hpp"

#include <utility>

#include "data/byte_source.hpp"
#include "data/idx.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTrainingImages = "train-images-idx3-ubyte";
constexpr const char* kTrainingLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

SampleSet read_training(const std::filesystem::path& directory) {
  return read_idx(find_plain_or_gzip(directory, kTrainingImages), find_plain_or_gzip(directory, kTrainingLabels), 10);
}

SampleSet read_test(const std::filesystem::path& directory) {
  return read_idx(find_plain_or_gzip(directory, kTestImages), find_plain_or_gzip(directory, kTestLabels), 10);
}

/// The scaling is that of Qin et al. (CODES+ISSS 2024).
DataSet mnist_set_of(std::string name, std::string package) {
  return {.name = std::move(name),
          .source = ImageSource{.shape = {1, 28, 28},
                                .classes = 10,
                                .scaling = {{0.5F}, {0.5F}},
                                .training = read_training,
                                .test = read_test},
          .files = {kTrainingImages, kTrainingLabels, kTestImages, kTestLabels},
          .package = std::move(package)};
}

}  // namespace

DataSet mnist_set() {
  return mnist_set_of("mnist", "");
}

DataSet fashion_mnist_set() {
  return mnist_set_of("fashion-mnist", "dataset-fashion-mnist");
}

}  // namespace ohmcarlo
