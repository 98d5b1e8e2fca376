#pragma once
// Shapes of feature maps and of the windows that slide over them.

#include <algorithm>

#include "linalg/matrix.hpp"

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

/// A square window of size x size cells that moves in steps of `stride` over planes with `padding` cells added on
/// every side.
struct Window {
  Index size = 1;
  Index stride = 1;
  Index padding = 0;

  /// Places of the window along `length` cells; 0 or less if it does not fit.
  [[nodiscard]] Index places(Index length) const {
    const Index room = length + 2 * padding - size;
    return room < 0 ? 0 : room / stride + 1;
  }
};

/// The cells [begin, end) along one axis of `length` cells that the window covers at place `place`, without padding.
struct Span {
  Span(const Window& window, Index place, Index length)
      : begin(std::max<Index>(0, place * window.stride - window.padding)),
        end(std::min(length, place * window.stride - window.padding + window.size)) {}
  Index begin;
  Index end;
};

}  // namespace ohmcarlo
