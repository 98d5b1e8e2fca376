#pragma once
// Windows that slide over the planes of an image, for several chips side by side, as work for the threads of a GPU,
// below 2^32 of them. Between layers values lie as [rows, positions, chips, channels], so that a convolution is a
// product of all positions of all rows; images come as [rows, channels, positions], the same for all chips.

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo::gpu {

/// A window that slides over planes (network/planes.hpp), in numbers for threads.
struct SlidingWindow {
  std::int32_t channels = 0, height = 0, width = 0;  ///< of the planes
  std::int32_t out_height = 0, out_width = 0;        ///< places of the window
  std::int32_t rows = 1, columns = 1;                ///< of the window
  std::int32_t row_stride = 1, column_stride = 1;
  std::int32_t row_padding = 0, column_padding = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t places() const {
    return static_cast<std::uint64_t>(out_height) * static_cast<std::uint64_t>(out_width);
  }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t pixels() const {
    return static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns);
  }
  /// The position of the planes that the window has as its pixel `pixel` at place `place`; -1: in the padding.
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::int64_t position(std::uint64_t place, std::uint64_t pixel) const {
    const auto at = static_cast<std::int32_t>(place), in = static_cast<std::int32_t>(pixel);
    const std::int32_t row = at / out_width * row_stride - row_padding + in / columns;
    const std::int32_t column = at % out_width * column_stride - column_padding + in % columns;
    if (row < 0 || row >= height || column < 0 || column >= width) return -1;
    return static_cast<std::int64_t>(row) * width + column;
  }
};

/// Where the value of a channel at a position of a row and chip lies, in steps of numbers.
struct PlaneLayout {
  std::uint64_t row = 0, position = 0, chip = 0, channel = 0;

  /// Of values between layers.
  [[nodiscard]] OHMCARLO_BOTH_SIDES static PlaneLayout of_values(std::uint64_t positions, std::uint64_t chips,
                                                                 std::uint64_t channels) {
    return {positions * chips * channels, chips * channels, channels, 1};
  }
  /// Of images.
  [[nodiscard]] OHMCARLO_BOTH_SIDES static PlaneLayout of_images(std::uint64_t positions, std::uint64_t channels) {
    return {positions * channels, 1, 0, positions};
  }
};

/// patches [rows, places, chips, channels * pixels of the window] of planes: what a convolution multiplies, zeros for
/// the padding, in the order channel, row and column of the window.
struct GatherPatches {
  const float* planes = nullptr;
  float* patches = nullptr;
  SlidingWindow window;
  PlaneLayout layout;  ///< of the planes
  std::uint64_t rows = 0, chips = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t patch() const {
    return static_cast<std::uint64_t>(window.channels) * window.pixels();
  }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * window.places() * chips * patch(); }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided of_patch = divide(index, patch());
    const Divided of_chip = divide(of_patch.quotient, chips);
    const Divided of_place = divide(of_chip.quotient, window.places());
    const Divided of_channel = divide(of_patch.remainder, window.pixels());
    const std::int64_t position = window.position(of_place.remainder, of_channel.remainder);
    patches[index] =
        position < 0 ? 0.0F
                     : planes[of_place.quotient * layout.row + static_cast<std::uint64_t>(position) * layout.position +
                              of_chip.remainder * layout.chip + of_channel.quotient * layout.channel];
  }
};

/// pooled [rows, places, chips, channels]: the largest value under the window, or the mean, for which pixels of the
/// padding count as zeros.
struct PoolPlanes {
  const float* planes = nullptr;
  float* pooled = nullptr;
  SlidingWindow window;
  PlaneLayout layout;  ///< of the planes
  std::uint64_t rows = 0, chips = 0;
  bool largest = true;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const {
    return rows * window.places() * chips * static_cast<std::uint64_t>(window.channels);
  }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided of_channel = divide(index, static_cast<std::uint64_t>(window.channels));
    const Divided of_chip = divide(of_channel.quotient, chips);
    const Divided of_place = divide(of_chip.quotient, window.places());
    const float* first = planes + of_place.quotient * layout.row + of_chip.remainder * layout.chip +
                         of_channel.remainder * layout.channel;
    float most = -INFINITY, sum = 0;
    for (std::uint64_t pixel = 0; pixel < window.pixels(); ++pixel) {
      const std::int64_t position = window.position(of_place.remainder, pixel);
      if (position < 0) continue;
      const float value = first[static_cast<std::uint64_t>(position) * layout.position];
      most = value > most ? value : most;
      sum += value;
    }
    pooled[index] = largest ? most : sum * (1.0F / static_cast<float>(window.pixels()));
  }
};

}  // namespace ohmcarlo::gpu
