#pragma once
// Input codes as the binary vectors that a bit-serial driver applies, one bit of every code at a time.

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// The bits of whole numbers. Vector `input * bits() + bit` holds that bit, 0 the lowest, of all codes of one input
/// (an image, a position, a time step). Signed codes are kept as sign and magnitude: their vectors have entries -1, 0
/// and 1, the bit of |code| with the sign of the code.
class BitPlanes {
 public:
  static constexpr Index kWordRows = 64;

  /// codes [inputs, rows], each below 2^bits in magnitude. An array that holds a part of the rows takes
  /// codes.middle_cols(first, count). Throws std::logic_error for fewer than 1 bit, or more than |T| has, and for a
  /// code that is too large.
  template <class T>
  requires std::is_integral_v<T> &&(sizeof(T) <= 2) BitPlanes(View<const T> codes, int bits);

  [[nodiscard]] Index inputs() const { return inputs_; }
  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] int bits() const { return bits_; }
  [[nodiscard]] Index vectors() const { return inputs_ * bits_; }
  [[nodiscard]] bool has_signs() const { return !negative_.empty(); }

  /// Rows 64 block .. 64 block + 63 of all vectors, a word each, its lowest bit being the first row; beyond the last
  /// row the bits are 0. Which rows are 1, and which are -1; no words if the codes have no signs.
  [[nodiscard]] std::span<const std::uint64_t> positive(Index block) const { return part(positive_, block); }
  [[nodiscard]] std::span<const std::uint64_t> negative(Index block) const { return part(negative_, block); }

 private:
  [[nodiscard]] std::span<const std::uint64_t> part(const std::vector<std::uint64_t>& words, Index block) const {
    if (words.empty()) return {};
    return std::span(words).subspan(static_cast<std::size_t>(block * vectors()), static_cast<std::size_t>(vectors()));
  }

  Index inputs_ = 0;
  Index rows_ = 0;
  int bits_ = 0;
  std::vector<std::uint64_t> positive_;  ///< [blocks, vectors]
  std::vector<std::uint64_t> negative_;
};

extern template BitPlanes::BitPlanes(View<const std::uint8_t>, int);
extern template BitPlanes::BitPlanes(View<const std::uint16_t>, int);
extern template BitPlanes::BitPlanes(View<const std::int8_t>, int);
extern template BitPlanes::BitPlanes(View<const std::int16_t>, int);

}  // namespace ohmcarlo
