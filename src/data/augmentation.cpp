#include "data/augmentation.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

// Elements of the epoch's stream that belong to one image: down, along, flip and a spare, so that no image's words lie
// in two blocks.
constexpr std::uint64_t kWordsPerImage = 4;

/// 0..count-1: the upper half of word * count. No word is drawn again; a value's probability is off by less than 2^-32.
int scaled_to(std::uint32_t word, std::uint64_t count) {
  return static_cast<int>(word * count >> 32);
}

}  // namespace

void copy_placed(const std::uint8_t* bytes, const SampleShape& shape, int crop_padding, const Placement& placement,
                 std::uint8_t* copy) {
  const auto height = static_cast<std::ptrdiff_t>(shape.height);
  const auto width = static_cast<std::ptrdiff_t>(shape.width);
  const std::ptrdiff_t down = placement.down - crop_padding;
  const std::ptrdiff_t along = placement.along - crop_padding;
  // Columns [begin, end) of the crop have pixels of the image; none if it was shifted out altogether.
  const std::ptrdiff_t begin = std::clamp<std::ptrdiff_t>(-along, 0, width);
  const std::ptrdiff_t end = std::clamp<std::ptrdiff_t>(width - along, begin, width);
  for (std::size_t channel = 0; channel < shape.channels; ++channel) {
    for (std::ptrdiff_t r = 0; r < height; ++r) {
      std::fill_n(copy, width, std::uint8_t{0});
      if (r + down >= 0 && r + down < height && begin < end) {
        std::copy_n(bytes + ((r + down) * width + along + begin), end - begin, copy + begin);
      }
      if (placement.flipped) std::reverse(copy, copy + width);
      copy += width;
    }
    bytes += height * width;
  }
}

AugmentedEpoch::AugmentedEpoch(const Augmentation& augmentation, std::uint64_t key, std::uint32_t replica,
                               std::uint64_t epoch)
    : augmentation_(augmentation),
      stream_(key, {.purpose = Purpose::augmentation, .replica = replica, .event = epoch}) {
  require(augmentation.crop_padding >= 0, "padding of 0 or more");
}

Placement AugmentedEpoch::placement(std::uint64_t image) const {
  std::array<std::uint32_t, 3> words{};
  stream_.words(kWordsPerImage * image, words);
  const std::uint64_t places = 2 * static_cast<std::uint64_t>(augmentation_.crop_padding) + 1;
  return {scaled_to(words[0], places), scaled_to(words[1], places), augmentation_.flip && (words[2] >> 31) != 0};
}

void AugmentedEpoch::fill_row(const SampleSet& images, std::size_t index, const InputScaling& scaling,
                              float* row) const {
  if (augmentation_ == Augmentation{}) {
    ohmcarlo::fill_row(images, index, scaling, row);
    return;
  }
  require(index < images.count() && images.is_images(), "an image of the set");
  std::vector<std::uint8_t> copy(images.shape().values());
  copy_placed(images.pixels(index).data(), images.shape(), augmentation_.crop_padding, placement(index), copy.data());
  scale_pixels(copy.data(), images.shape(), scaling, row);
}

}  // namespace ohmcarlo
