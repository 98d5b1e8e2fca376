#pragma once
// Two numbers, one for each direction of a plane.

#include <string>

#include <fmt/core.h>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// One number along the rows' index (down) and one along the columns' (across). A single number stands for two equal
/// ones.
struct Pair {
  Index rows;
  Index columns;

  // NOLINTNEXTLINE(google-explicit-constructor): a square window is written with one number.
  constexpr Pair(Index both) : rows(both), columns(both) {}
  constexpr Pair(Index down, Index across) : rows(down), columns(across) {}

  [[nodiscard]] constexpr bool is_square() const { return rows == columns; }
  [[nodiscard]] constexpr Index product() const { return rows * columns; }
  [[nodiscard]] constexpr Index smaller() const { return rows < columns ? rows : columns; }
  constexpr bool operator==(const Pair&) const = default;
};

/// "3" of two equal numbers, "10x4" of two others.
[[nodiscard]] inline std::string to_text(const Pair& pair) {
  return pair.is_square() ? fmt::format("{}", pair.rows) : fmt::format("{}x{}", pair.rows, pair.columns);
}

}  // namespace ohmcarlo
