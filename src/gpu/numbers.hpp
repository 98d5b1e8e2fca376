#pragma once
// Random numbers by address on either side: the bits of random/reference.cpp, and so those of Stream, from functions of
// one counter that a thread of a GPU calls. Constants are those of random/.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "gpu/both_sides.hpp"
#include "random/address.hpp"
#include "random/box_muller.hpp"
#include "random/philox.hpp"

namespace ohmcarlo::gpu {

inline constexpr std::uint32_t kParts = 4;      ///< elements that a counter makes, kLanes apart
inline constexpr std::uint32_t kLanes = 16;     ///< counters of a block of 64 elements
inline constexpr std::uint32_t kElements = 64;  ///< of a block

/// Counters that the first `elements` elements of a stream take: those of whole blocks.
OHMCARLO_BOTH_SIDES constexpr std::uint64_t counters_of(std::uint64_t elements) {
  return (elements + kElements - 1) / kElements * kLanes;
}

/// The element that part `part` (0 to 3) of counter `counter` makes: each block of 64 elements has 16 counters, and
/// lies in memory part by part.
OHMCARLO_BOTH_SIDES constexpr std::uint64_t element_of(std::uint64_t counter, std::uint32_t part) {
  return counter / kLanes * kElements + counter % kLanes + std::uint64_t{part} * kLanes;
}

/// The address of an event, below 2^40, from that of event 0 (random/address.hpp).
OHMCARLO_BOTH_SIDES inline PackedAddress at_event(PackedAddress address, std::uint64_t event) {
  address[0] = static_cast<std::uint32_t>(event);
  address[1] |= static_cast<std::uint32_t>(event >> 32);
  return address;
}

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011) of the counter (counter, address).
OHMCARLO_BOTH_SIDES inline PhiloxCounter words_of(PhiloxKey key, const PackedAddress& address, std::uint32_t counter) {
  constexpr PhiloxKey kStep = kPhiloxKeyStep;
  std::uint32_t c0 = counter, c1 = address[0], c2 = address[1], c3 = address[2];
  std::uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kPhiloxMultiplier0} * c0;
    const std::uint64_t product1 = std::uint64_t{kPhiloxMultiplier1} * c2;
    c0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(product1);
    c2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(product0);
    k0 += kStep[0];
    k1 += kStep[1];
  }
  return {c0, c1, c2, c3};
}

/// The polynomial with these ascending coefficients by Estrin's scheme (random/box_muller.hpp).
template <std::size_t n>
OHMCARLO_BOTH_SIDES inline float estrin(const std::array<float, n>& c, float x) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    std::array<float, (n + 1) / 2> pairs{};
    for (std::size_t i = 0; i < n; i += 2) pairs[i / 2] = i + 1 < n ? fused(c[i + 1], x, c[i]) : c[i];
    return estrin(pairs, x * x);
  }
}

/// radius_from_word() of random/reference.hpp.
OHMCARLO_BOTH_SIDES inline float radius_of(std::uint32_t word) {
  constexpr std::array kQ = kLogQ;  // a copy: code of a GPU has no way to arrays of the host
  const bool upper = word >= 0x80000000U;
  const std::uint32_t distance = upper ? ~word : word;
  const float t = static_cast<float>(distance) + 0.5F;
  const auto bits = std::bit_cast<std::uint32_t>(t);
  const auto k = static_cast<float>(158 - static_cast<std::int32_t>(bits >> 23));
  const auto m = std::bit_cast<float>((bits & 0x007FFFFFU) | 0x3F000000U);
  const float g = upper ? t * kScale : 1.0F - m;
  const float near_one = g * estrin(kQ, g);
  return square_root(fused(upper ? 0.0F : k, kTwoLn2, near_one));
}

/// The two normals of a pair of words: radius times cosine and sine of the angle, as angle_from_word() of
/// random/reference.hpp has them.
OHMCARLO_BOTH_SIDES inline void normals_of_pair(std::uint32_t radius_word, std::uint32_t angle_word, float& first,
                                                float& second) {
  constexpr std::array kS = kSinS, kC = kCosC;
  const std::uint32_t quadrant = ((angle_word + 0x20000000U) >> 30) % 4;
  const float t = static_cast<float>(static_cast<std::int32_t>(angle_word << 2 | 2U)) * kScale;
  const float z = t * t;
  const float sin = t * estrin(kS, z);
  const float cos = fused(estrin(kC, z), z, 1.0F);
  const float x = quadrant % 2 == 0 ? cos : sin;
  const float y = quadrant % 2 == 0 ? sin : cos;
  const float r = radius_of(radius_word);
  first = r * (quadrant == 1 || quadrant == 2 ? -x : x);
  second = r * (quadrant >= 2 ? -y : y);
}

/// The four normals that a counter makes, one a part.
OHMCARLO_BOTH_SIDES inline std::array<float, kParts> normals_of(PhiloxKey key, const PackedAddress& address,
                                                                std::uint32_t counter) {
  const PhiloxCounter words = words_of(key, address, counter);
  std::array<float, kParts> normals{};
  normals_of_pair(words[0], words[1], normals[0], normals[1]);
  normals_of_pair(words[2], words[3], normals[2], normals[3]);
  return normals;
}

}  // namespace ohmcarlo::gpu
