#include "data/image_files.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

void check_same_sizes(const ImageSizes& training, const ImageSizes& test) {
  const SampleShape &a = training.shape, &b = test.shape;
  if (a != b || training.classes != test.classes) {
    fail_data(
        "the training images are {} x {} x {} in {} classes and the test images {} x {} x {} in {}: both must be alike",
        a.channels, a.height, a.width, training.classes, b.channels, b.height, b.width, test.classes);
  }
}

void check_validation(std::size_t count, std::size_t held_out) {
  if (held_out >= count) {
    fail_usage("data.validation = {}: the training set has {} images and at least one must be left to train on",
               held_out, count);
  }
}

}  // namespace ohmcarlo
