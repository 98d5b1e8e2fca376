#pragma once
// Shapes of feature maps and of the windows that slide over them.

#include <algorithm>

#include "linalg/matrix.hpp"
#include "linalg/pair.hpp"

namespace ohmcarlo {

/// Feature maps of one image. As a row of features they lie in the order channel, row, column.
struct Planes {
  Index channels = 0;
  Index height = 0;
  Index width = 0;

  [[nodiscard]] Index positions() const { return height * width; }
  [[nodiscard]] Index features() const { return channels * positions(); }
  bool operator==(const Planes&) const = default;
};

/// What goes into an operation or comes out of it, of one image or frame.
struct FeatureShape {
  Index features = 0;
  Planes planes{};  ///< the features as feature maps; without channels where only their number matters

  /// `count` features without planes.
  [[nodiscard]] static FeatureShape of_features(Index count) { return {count, {}}; }
  [[nodiscard]] static FeatureShape of_planes(const Planes& planes) { return {planes.features(), planes}; }
  bool operator==(const FeatureShape&) const = default;
};

/// A window along one axis: `size` pixels wide, `stride` pixels from one place to the next, over pixels with `padding`
/// more before the first and behind the last.
struct WindowAxis {
  Index size = 1;
  Index stride = 1;
  Index padding = 0;

  /// Places of the window along `length` pixels; 0 if it does not fit.
  [[nodiscard]] Index places(Index length) const {
    const Index room = length + 2 * padding - size;
    return room < 0 ? 0 : room / stride + 1;
  }
};

/// A window over planes: its size, its stride and the pixels added on every side, each down and across.
struct Window {
  Pair size = 1;
  Pair stride = 1;
  Pair padding = 0;

  [[nodiscard]] WindowAxis down() const { return {size.rows, stride.rows, padding.rows}; }
  [[nodiscard]] WindowAxis across() const { return {size.columns, stride.columns, padding.columns}; }
  bool operator==(const Window&) const = default;
};

/// The pixels [begin, end) along one axis of `length` pixels that the window covers at place `place`, without padding.
struct Span {
  Span(const WindowAxis& window, Index place, Index length)
      : begin(std::max<Index>(0, place * window.stride - window.padding)),
        end(std::min(length, place * window.stride - window.padding + window.size)) {}
  Index begin;
  Index end;
};

}  // namespace ohmcarlo
