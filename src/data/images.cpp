#include "data/images.hpp"

#include <span>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace ohmcarlo {

std::string content_sha256(const ImageSet& images) {
  Sha256 hash;
  hash.add(fmt::format("ohmcarlo images 1\n{} {} {} {} {}\n", images.count, images.channels, images.height,
                       images.width, images.classes));
  hash.add(std::as_bytes(std::span(images.pixels)));
  hash.add(std::as_bytes(std::span(images.labels)));
  return hash.hex();
}

void check_same_kind(const ImageSet& training, const ImageSet& test) {
  if (training.channels != test.channels || training.height != test.height || training.width != test.width ||
      training.classes != test.classes) {
    fail_data(
        "the training images are {} x {} x {} in {} classes and the test images {} x {} x {} in {}: both must be alike",
        training.channels, training.height, training.width, training.classes, test.channels, test.height, test.width,
        test.classes);
  }
}

}  // namespace ohmcarlo
