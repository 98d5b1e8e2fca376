#pragma once
// An order of the rows of a matrix in which neighbours are zero in much the same columns.

#include <cstdint>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// A permutation of the rows of x [rows, features] (place -> row) whose groups of `group` successive rows, counted from
/// place 0, have few columns in which any of them is not zero. Recursive bisection: rows are parted by the principal
/// component of their masks (which elements are not zero), down to single groups. No random numbers: equal
/// matrices give equal orders. Takes about 0.1 s for 10,000 x 784. Equal rows keep their order.
[[nodiscard]] std::vector<std::uint32_t> order_by_zeros(View<const float> x, Index group);
[[nodiscard]] std::vector<std::uint32_t> order_by_zeros(View<const std::uint8_t> x, Index group);

}  // namespace ohmcarlo
