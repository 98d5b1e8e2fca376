#pragma once
// Vector kernels behind Stream: whole blocks of 64 elements. For the use of random/, of kernels
// that include blocks-inl.hpp, of tests and benchmarks.

#include <array>
#include <cstddef>
#include <cstdint>

#include "random/address.hpp"
#include "random/philox.hpp"

namespace ohmcarlo {

constexpr std::size_t kBlockElements = 64;
constexpr std::size_t kBlockCounters = 16;

/// Philox4x32-10 for counters that differ in word 0 only: what the first three rounds share is worked out once.
struct PhiloxPlan {
  std::array<std::uint32_t, kPhiloxRounds> mask0;  ///< what word 0 is xored with in each round
  std::array<std::uint32_t, kPhiloxRounds> mask2;  ///< what word 2 is xored with in each round
};

[[nodiscard]] PhiloxPlan plan_philox(std::uint64_t key, const PackedAddress& address);

// Each writes 64 * blocks values: those of counters 16 first_block, 16 first_block + 1, ... `out` needs no alignment.
void word_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, std::uint32_t* out);
void uniform_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out);
void normal_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out);

/// Name of the instruction set that the kernels run with here, for example "AVX2".
[[nodiscard]] const char* kernel_target();

}  // namespace ohmcarlo
