#pragma once
// Inputs of arrays as the codes whose digits drive the word lines (periphery/dac.hpp), as work for the threads of a
// GPU.

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo::gpu {

/// An InputCoding in numbers for threads.
struct DigitCoding {
  double full_scale = 1, largest = 1;        ///< the input with the largest code, and that code
  double lowest_code = 0, highest_code = 1;  ///< before the shift
  double shift = 0;                          ///< what is added to every code
  std::int32_t bits = 0;                     ///< 0: no converter, inputs are applied as they are
  std::int32_t read_bits = 0;                ///< applied at a time; 0: all at once
  std::int32_t reads = 1;                    ///< of one input vector
  bool sign_magnitude = false;               ///< digits have the sign of their code

  /// What InputCoding::encode makes of an input.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float code_of(float x) const {
    if (bits == 0) return static_cast<float>(static_cast<double>(x) / full_scale);
    const double nearest = nearest_whole(static_cast<double>(x) * largest / full_scale);
    const double clipped = nearest < lowest_code ? lowest_code : nearest > highest_code ? highest_code : nearest;
    return static_cast<float>(clipped + shift);
  }
  /// What read number `read` applies of a code; 0 from `reads` on.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float digit_of(float code, std::int32_t read) const {
    if (read >= reads) return 0;
    if (bits == 0 || read_bits == 0) return code;
    const auto whole = static_cast<std::int32_t>(code);
    const std::int32_t sign = sign_magnitude ? whole >> 31 : 0;  // -1 of what is negative: (n ^ -1) + 1 is -n
    const std::int32_t magnitude = (whole ^ sign) - sign;
    const float digit =
        small_whole(static_cast<std::uint32_t>(magnitude >> (read * read_bits)) & ((1U << read_bits) - 1));
    return sign < 0 ? -digit : digit;
  }
};

/// codes [rows, inputs] of x [rows, inputs].
struct EncodeInputs {
  const float* x = nullptr;
  float* codes = nullptr;
  std::uint64_t count = 0;  ///< rows * inputs
  DigitCoding coding;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return count; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const { codes[index] = coding.code_of(x[index]); }
};

/// Word lines of the arrays of a group: row tile t drives `tile_rows` inputs from t * tile_rows on, the last one what
/// is left.
struct WordLines {
  std::uint64_t inputs = 0, tile_rows = 1;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t tiles() const { return (inputs + tile_rows - 1) / tile_rows; }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t first(std::uint64_t tile) const { return tile * tile_rows; }
  /// One behind the last input of a tile.
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t end(std::uint64_t tile) const {
    const std::uint64_t full = (tile + 1) * tile_rows;
    return full < inputs ? full : inputs;
  }
};

}  // namespace ohmcarlo::gpu
