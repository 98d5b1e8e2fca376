#pragma once
// Which test images a chip is shown: an own stratified sample for every chip, by address.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ohmcarlo {

/// Draws stratified samples of images without replacement. One for each thread: a draw works in the sampler's own
/// memory.
class ImageSampler {
 public:
  /// `strata` [images] is the stratum of every image, numbers 0, 1, .. without gaps; at most 2^20 images in each and at
  /// most 2^14 strata (std::logic_error).
  explicit ImageSampler(std::span<const std::uint16_t> strata);

  /// The numbers of the images that chip `trial` of training `replica` is shown: sizes[h] of stratum h, stratum after
  /// stratum, in the order they are drawn. `sizes` [strata], each 0..images of the stratum (std::logic_error).
  ///
  /// Each stratum is shuffled from the front (Fisher and Yates; Durstenfeld 1964) with a word of the stream (key,
  /// Purpose::image_sample, replica, trial) for every image. So a chip is shown the same images wherever it is computed
  /// and at every point that has its key, and those of smaller sizes come first among those of larger ones. The chance
  /// of an image differs from that of another by less than 2^-12 of itself. The cost is that of the images drawn.
  [[nodiscard]] std::vector<std::uint32_t> draw(std::uint64_t key, std::uint32_t replica, std::uint32_t trial,
                                                std::span<const std::uint32_t> sizes);

  [[nodiscard]] std::size_t strata() const { return first_.size() - 1; }

 private:
  std::vector<std::uint32_t> images_;  // by stratum, in each by number; between draws always so
  std::vector<std::size_t> first_;     // [strata + 1] where a stratum begins in images_
};

}  // namespace ohmcarlo
