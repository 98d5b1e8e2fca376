#pragma once
// The random numbers of Stream, one at a time, in scalar code that is slow and obvious: what the vector kernels
// are tested against, bit for bit.

#include <cstdint>

#include "random/address.hpp"
#include "random/philox.hpp"

namespace ohmcarlo {

/// Philox4x32 with ten rounds unless told otherwise.
[[nodiscard]] PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key, int rounds = kPhiloxRounds);

/// (word + 0.5) 2^-32, rounded to float, at most 1 - 2^-24.
[[nodiscard]] float uniform_from_word(std::uint32_t word);

/// sqrt(-2 ln((word + 0.5) 2^-32)): between 1.5e-5 and 6.764, relative error below 2.1e-7.
[[nodiscard]] float radius_from_word(std::uint32_t word);

struct CosSin {
  float cos;
  float sin;
};

/// Cosine and sine of 2 pi (word + 0.5) 2^-32, each with a relative error below 2.1e-7.
[[nodiscard]] CosSin angle_from_word(std::uint32_t word);

/// Element `element` of Stream(key, address).words, .uniforms, .normals.
[[nodiscard]] std::uint32_t reference_word(std::uint64_t key, const Address& address, std::uint64_t element);
[[nodiscard]] float reference_uniform(std::uint64_t key, const Address& address, std::uint64_t element);
[[nodiscard]] float reference_normal(std::uint64_t key, const Address& address, std::uint64_t element);

}  // namespace ohmcarlo
