#pragma once
// Addresses of random numbers: what a number is drawn for decides its value, nothing else does. No generator is handed
// around, so the same address gives the same number on any rank, in any order and in any batch.

#include <array>
#include <cstdint>

#include "random/purposes.hpp"

namespace ohmcarlo {

/// What a stream of random numbers is drawn for. The elements of the stream (devices, weights, images) are counted
/// separately: see Stream. Fields that do not apply stay 0.
struct Address {
  Purpose purpose = Purpose::none;
  std::uint32_t layer = 0;    ///< layer of the network, at most 1023
  std::uint32_t replica = 0;  ///< independent training, at most 1023
  std::uint32_t trial = 0;    ///< chip, at most 4194303 (22 bits)
  std::uint32_t slice = 0;    ///< bit slice of a weight, at most 31
  bool negative = false;      ///< partner of a pair: false for the positive device, true for the negative one
  std::uint64_t event = 0;    ///< step and pass, or image, position and input bit; below 2^40

  friend bool operator==(const Address&, const Address&) = default;
};

/// Words 1, 2 and 3 of a Philox4x32 counter; word 0 counts blocks of four numbers. Different addresses differ:
///
///   word 3   purpose 8 | layer 10 | replica 10 | trial, upper 4
///   word 2   trial, lower 18 | slice 5 | negative 1 | event, upper 8
///   word 1   event, lower 32
using PackedAddress = std::array<std::uint32_t, 3>;

/// Throws BadUsage if a field is beyond its range, and std::logic_error if the purpose is `none`.
[[nodiscard]] PackedAddress pack(const Address& address);

/// The key that replaces `seed` where streams must not be shared (trials.common_random_numbers = false): a 64-bit mix
/// of the seed and a hash of the text that tells the streams apart. For one seed, different hashes give different keys.
[[nodiscard]] std::uint64_t derived_key(std::uint64_t seed, std::uint64_t text_hash);

}  // namespace ohmcarlo
