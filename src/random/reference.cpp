#include "random/reference.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include "random/box_muller.hpp"

namespace ohmcarlo {
namespace {

/// Estrin's scheme, ascending coefficients.
template <std::size_t n>
float polynomial(const std::array<float, n>& c, float x) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    std::array<float, (n + 1) / 2> pairs{};
    for (std::size_t i = 0; i < n; i += 2) pairs[i / 2] = i + 1 < n ? std::fma(c[i + 1], x, c[i]) : c[i];
    return polynomial(pairs, x * x);
  }
}

struct Place {
  PhiloxCounter block;  ///< the four words of the element's counter
  unsigned part;        ///< which of them is the element's own
};

/// Element e lies in block e / 64, whose 16 counters hold elements l, l + 16, l + 32, l + 48.
Place locate(std::uint64_t key, const Address& address, std::uint64_t element) {
  const auto [word1, word2, word3] = pack(address);
  const auto counter = static_cast<std::uint32_t>(element / 64 * 16 + element % 16);
  return {philox({counter, word1, word2, word3}, philox_key(key)), static_cast<unsigned>(element % 64 / 16)};
}

}  // namespace

PhiloxCounter philox(PhiloxCounter c, PhiloxKey key, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kPhiloxMultiplier0} * c[0];
    const std::uint64_t product1 = std::uint64_t{kPhiloxMultiplier1} * c[2];
    c = {static_cast<std::uint32_t>(product1 >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(product1),
         static_cast<std::uint32_t>(product0 >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(product0)};
    key = {key[0] + kPhiloxKeyStep[0], key[1] + kPhiloxKeyStep[1]};
  }
  return c;
}

float uniform_from_word(std::uint32_t word) {
  return std::min((static_cast<float>(word) + 0.5F) * kScale, kLargestUniform);
}

float radius_from_word(std::uint32_t word) {
  const bool upper = word >= 0x80000000U;               // u >= 1/2
  const std::uint32_t distance = upper ? ~word : word;  // to the nearer end, below 2^31
  const float t = static_cast<float>(distance) + 0.5F;  // min(u, 1 - u) 2^32
  const auto bits = std::bit_cast<std::uint32_t>(t);    // t = m 2^(32 - k)
  const auto k = static_cast<float>(158 - static_cast<std::int32_t>(bits >> 23));
  const auto m = std::bit_cast<float>((bits & 0x007FFFFFU) | 0x3F000000U);
  const float g = upper ? t * kScale : 1.0F - m;
  const float near_one = g * polynomial(kLogQ, g);
  return std::sqrt(std::fma(upper ? 0.0F : k, kTwoLn2, near_one));
}

CosSin angle_from_word(std::uint32_t word) {
  const std::uint32_t quadrant = ((word + 0x20000000U) >> 30) % 4;   // the nearest multiple of pi/2
  const auto remainder = static_cast<std::int32_t>(word << 2 | 2U);  // t 2^32
  const float t = static_cast<float>(remainder) * kScale;
  const float z = t * t;
  const float sin = t * polynomial(kSinS, z);
  const float cos = std::fma(polynomial(kCosC, z), z, 1.0F);
  switch (quadrant) {
    case 0:
      return {cos, sin};
    case 1:
      return {-sin, cos};
    case 2:
      return {-cos, -sin};
    default:
      return {sin, -cos};
  }
}

std::uint32_t reference_word(std::uint64_t key, const Address& address, std::uint64_t element) {
  const auto [block, part] = locate(key, address, element);
  return block[part];
}

float reference_uniform(std::uint64_t key, const Address& address, std::uint64_t element) {
  return uniform_from_word(reference_word(key, address, element));
}

float reference_normal(std::uint64_t key, const Address& address, std::uint64_t element) {
  const auto [block, part] = locate(key, address, element);
  const unsigned pair = part / 2;  // words 0 and 1 make normals 0 and 1, words 2 and 3 make normals 2 and 3
  const auto [cos, sin] = angle_from_word(block[2 * pair + 1]);
  return radius_from_word(block[2 * pair]) * (part % 2 == 0 ? cos : sin);
}

}  // namespace ohmcarlo
