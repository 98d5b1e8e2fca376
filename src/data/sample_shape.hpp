#pragma once
// The shape of what a network takes at once.

#include <cstddef>

namespace ohmcarlo {

/// Shape of an image, of a block of frames of speech, or of one frame of a sequence.
struct SampleShape {
  std::size_t channels = 0;  ///< 1 grey, 3 red, green, blue; of speech 1
  std::size_t height = 0;    ///< rows of pixels; frames of a block; 1 of a sequence
  std::size_t width = 0;     ///< columns of pixels; coefficients of a frame

  /// Numbers in it.
  [[nodiscard]] std::size_t values() const { return channels * height * width; }
  friend bool operator==(const SampleShape&, const SampleShape&) = default;
};

}  // namespace ohmcarlo
