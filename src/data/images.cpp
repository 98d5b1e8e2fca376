#include "data/images.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/feature_scaling.hpp"

namespace ohmcarlo {

std::string content_sha256(const ImageSet& images) {
  if (!images.content.empty()) return images.content;
  Sha256 hash;
  hash.add(fmt::format("ohmcarlo images 1\n{} {} {} {} {}\n", images.count, images.channels, images.height,
                       images.width, images.classes));
  hash.add(std::as_bytes(std::span(images.pixels)));
  hash.add(std::as_bytes(std::span(images.labels)));
  return hash.hex();
}

void check_same_kind(const ImageSet& training, const ImageSet& test) {
  if (training.shape() != test.shape() || training.classes != test.classes) {
    fail_data(
        "the training images are {} x {} x {} in {} classes and the test images {} x {} x {} in {}: both must be alike",
        training.channels, training.height, training.width, training.classes, test.channels, test.height, test.width,
        test.classes);
  }
}

void scale_pixels(const std::uint8_t* bytes, const ImageShape& shape, const InputScaling& scaling, float* row) {
  const bool scaled = !scaling.mean.empty();
  require(scaling.mean.size() == scaling.sd.size() && (!scaled || scaling.mean.size() == shape.channels),
          "a mean and an sd for each channel");
  const std::size_t positions = shape.height * shape.width;
  for (std::size_t channel = 0; channel < shape.channels; ++channel) {
    const float mean = scaled ? scaling.mean[channel] : 0.0F;
    const float per_sd = scaled ? 1.0F / scaling.sd[channel] : 1.0F;
    for (std::size_t p = 0; p < positions; ++p) {
      row[p] = (static_cast<float>(bytes[p]) * (1.0F / 255.0F) - mean) * per_sd;
    }
    bytes += positions;
    row += positions;
  }
}

namespace {

void fill_features(const ImageSet& set, std::size_t index, const InputScaling& scaling, float* row) {
  const std::size_t first = set.is_sequences() ? set.first[index] : index * set.height;
  const std::size_t count = (set.is_sequences() ? set.frames(index) : set.height) * set.width;
  std::copy_n(set.values.data() + first * set.width, count, row);
  if (!scaling.mean.empty()) scale({scaling.mean, scaling.sd}, {row, count});
}

}  // namespace

void fill_row(const ImageSet& images, std::size_t index, const InputScaling& scaling, float* row) {
  require(index < images.count, "an image of the set");
  if (!images.values.empty()) return fill_features(images, index, scaling, row);
  scale_pixels(images.pixels.data() + index * images.pixels_per_image(), images.shape(), scaling, row);
}

}  // namespace ohmcarlo
