// Blocks of the kernels against Random123, without Stream and without this project's own reference.

#include "random/kernels.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <Random123/philox.h>
#include <gtest/gtest.h>

namespace ohmcarlo {
namespace kernels_test {

constexpr std::uint64_t kBlockKey = 0x0123456789ABCDEF;
constexpr PackedAddress kBlockAddress = {0x243F6A88, 0x85A308D3, 0x13198A2E};

/// Word `part` of counter (word0, kBlockAddress).
std::uint32_t word_of(std::uint32_t word0, unsigned part) {
  const r123::Philox4x32::ctr_type counter = {{word0, kBlockAddress[0], kBlockAddress[1], kBlockAddress[2]}};
  return r123::Philox4x32{}(counter, {{0x89ABCDEF, 0x01234567}})[part];
}

/// The word of element `i` of block `block`: 16 counters a block, their first words together, then their second ones.
std::uint32_t element(std::uint32_t block, std::size_t i) {
  return word_of(block * 16 + static_cast<std::uint32_t>(i % 16), static_cast<unsigned>(i / 16));
}

/// (word + 1/2) 2^-32.
double fraction(std::uint32_t word) {
  return std::ldexp(static_cast<double>(word) + 0.5, -32);
}

TEST(KernelBlocks, BlocksAreSixteenCountersOfRandom123) {
  const PhiloxPlan plan = plan_philox(kBlockKey, kBlockAddress);
  for (const std::uint32_t first : {0U, 1U, 1000U, (1U << 28) - 9}) {
    const std::size_t blocks = 9;
    std::vector<std::uint32_t> words(blocks * kBlockElements);
    word_blocks(plan, first, blocks, words.data());
    for (std::size_t i = 0; i < words.size(); ++i)
      ASSERT_EQ(words[i], element(first + static_cast<std::uint32_t>(i / 64), i % 64)) << first << ", " << i;
  }
}

TEST(KernelBlocks, UniformsAreTheirWordsAsFractions) {
  std::vector<float> uniforms(20 * kBlockElements);
  uniform_blocks(plan_philox(kBlockKey, kBlockAddress), 3, 20, uniforms.data());
  for (std::size_t i = 0; i < uniforms.size(); ++i) {
    const double exact = fraction(element(3 + static_cast<std::uint32_t>(i / 64), i % 64));
    ASSERT_NEAR(uniforms[i], exact, std::ldexp(exact, -23)) << i;  // rounded to float, at most 1 - 2^-24
    ASSERT_LT(uniforms[i], 1);
  }
}

// Box and Muller in double: two words make the cosine and the sine of one angle and radius.
TEST(KernelBlocks, NormalsAreThoseOfBoxAndMuller) {
  std::vector<float> normals(40 * kBlockElements);
  normal_blocks(plan_philox(kBlockKey, kBlockAddress), 7, 40, normals.data());
  for (std::size_t i = 0; i < normals.size(); ++i) {
    const auto block = 7 + static_cast<std::uint32_t>(i / 64);
    const std::size_t counter = i % 16, part = i % 64 / 16, pair = part / 2 * 2;
    const double radius = std::sqrt(-2 * std::log(fraction(element(block, pair * 16 + counter))));
    const double angle = 2 * std::numbers::pi * fraction(element(block, (pair + 1) * 16 + counter));
    const double expected = radius * (part % 2 == 0 ? std::cos(angle) : std::sin(angle));
    ASSERT_NEAR(normals[i], expected, 1e-6 * std::abs(expected) + 1e-9) << i;
  }
}

}  // namespace kernels_test
}  // namespace ohmcarlo
