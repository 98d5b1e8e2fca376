#pragma once
// Single streams of random numbers, as work for the threads of a GPU: what a device is checked with.

#include <cstdint>

#include "gpu/numbers.hpp"

namespace ohmcarlo::gpu {

/// out [count] = the words of a stream, Stream::words from element 0; one thread a counter.
struct DrawWords {
  PhiloxKey key = {};
  PackedAddress address = {};
  std::uint64_t count = 0;
  std::uint32_t* out = nullptr;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return counters_of(count); }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t counter) const {
    const PhiloxCounter words = words_of(key, address, static_cast<std::uint32_t>(counter));
    for (std::uint32_t part = 0; part < kParts; ++part)
      if (element_of(counter, part) < count) out[element_of(counter, part)] = words[part];
  }
};

/// out [count] = the normals of a stream, Stream::normals from element 0; one thread a counter.
struct DrawNormals {
  PhiloxKey key = {};
  PackedAddress address = {};
  std::uint64_t count = 0;
  float* out = nullptr;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return counters_of(count); }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t counter) const {
    const std::array<float, kParts> normals = normals_of(key, address, static_cast<std::uint32_t>(counter));
    for (std::uint32_t part = 0; part < kParts; ++part)
      if (element_of(counter, part) < count) out[element_of(counter, part)] = normals[part];
  }
};

}  // namespace ohmcarlo::gpu
