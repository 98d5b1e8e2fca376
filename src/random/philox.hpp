#pragma once
// Constants of Philox4x32 (Salmon, Moraes, Dror, Shaw, SC 2011, section 3.2 and table 2), shared by the scalar
// reference and the vector kernels. For the use of random/ only.

#include <array>
#include <cstdint>

namespace ohmcarlo {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

constexpr int kPhiloxRounds = 10;
constexpr std::uint32_t kPhiloxMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kPhiloxMultiplier1 = 0xCD9E8D57;
constexpr PhiloxKey kPhiloxKeyStep = {0x9E3779B9, 0xBB67AE85};  // golden ratio, sqrt(3) - 1

/// Low word first, as Random123 orders a 64-bit key.
constexpr PhiloxKey philox_key(std::uint64_t key) {
  return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
}

}  // namespace ohmcarlo
