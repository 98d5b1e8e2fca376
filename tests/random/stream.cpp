// Vector kernels against the scalar reference, bit for bit, on every instruction set this machine has.

#include "random/stream.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "random/kernels.hpp"
#include "random/reference.hpp"

namespace ohmcarlo {
namespace stream_test {

constexpr std::uint64_t kKey = 0xFEDCBA9876543210;
constexpr std::uint64_t kLast = Stream::kElements - 1;
const Address kAddress = {.purpose = Purpose::programming,
                          .layer = 1023,
                          .replica = 2,
                          .trial = 300'001,
                          .slice = 5,
                          .negative = true,
                          .event = 0x1234567890};

void use_target(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);  // 0: all
  hwy::GetChosenTarget().DeInit();
}

/// The processor's instruction sets for which there is a kernel.
std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> all;
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    use_target(left & -left);
    if (std::string(kernel_target()) == hwy::TargetName(left & -left)) all.push_back(left & -left);
    use_target(0);
  }
  return all;
}

/// Each test runs with each of them.
class OnEachTarget : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    use_target(GetParam());
    ASSERT_STREQ(kernel_target(), hwy::TargetName(GetParam()));
  }
  void TearDown() override { use_target(0); }
};

std::string name_of(const testing::TestParamInfo<std::int64_t>& info) {
  return hwy::TargetName(info.param);
}

INSTANTIATE_TEST_SUITE_P(Kernels, OnEachTarget, testing::ValuesIn(targets()), name_of);

TEST(Kernels, RunOnTheBestInstructionSetThereIs) {
  const std::string best = hwy::TargetName(hwy::SupportedTargets() & -hwy::SupportedTargets());
  const std::string used = kernel_target();
  EXPECT_TRUE(used == best || (best.starts_with("AVX3") && used == "AVX3") || best.starts_with("SVE"))
      << used << " where " << best << " is there";
}

/// Compares `length` elements from `first` at a misalignment of `shift` floats, and that nothing else is written.
void expect_reference(const Stream& stream, const Address& address, std::uint64_t first, std::size_t length,
                      std::size_t shift) {
  const std::uint32_t guard = 0xDEADBEEF;
  std::vector<std::uint32_t> words(length + shift + 1, guard);
  std::vector<float> uniforms(length + shift + 1, std::bit_cast<float>(guard));
  std::vector<float> normals = uniforms;
  stream.words(first, std::span(words).subspan(shift, length));
  stream.uniforms(first, std::span(uniforms).subspan(shift, length));
  stream.normals(first, std::span(normals).subspan(shift, length));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool inside = i >= shift && i < shift + length;
    const std::uint64_t element = first + i - shift;
    const auto bits = [&](float value) { return std::bit_cast<std::uint32_t>(value); };
    ASSERT_EQ(words[i], inside ? reference_word(kKey, address, element) : guard) << element;
    ASSERT_EQ(bits(uniforms[i]), inside ? bits(reference_uniform(kKey, address, element)) : guard) << element;
    ASSERT_EQ(bits(normals[i]), inside ? bits(reference_normal(kKey, address, element)) : guard) << element;
  }
}

TEST_P(OnEachTarget, EqualTheReferenceAtAnyFirstLengthAndAlignment) {
  const Stream stream(kKey, kAddress);
  for (const std::uint64_t first : {0ULL, 1ULL, 15ULL, 17ULL, 63ULL, 64ULL, 100ULL, 123'456'789'012ULL % kLast}) {
    for (const std::size_t length : {0, 1, 2, 16, 63, 64, 65, 127, 128, 129, 200, 1024, 1025, 2100}) {
      expect_reference(stream, kAddress, first, length, (first + length) % 17);
    }
  }
}

TEST_P(OnEachTarget, EqualTheReferenceForManyKeysAndAddresses) {
  std::uint64_t state = 1;
  const auto field = [&](std::uint64_t limit) { return static_cast<std::uint32_t>((state = mix64(state)) % limit); };
  for (int i = 0; i < 500; ++i) {
    const Address address = {.purpose = static_cast<Purpose>(1 + field(255)),
                             .layer = field(1024),
                             .replica = field(1024),
                             .trial = field(1 << 22),
                             .slice = field(32),
                             .negative = field(2) == 1,
                             .event = std::uint64_t{field(256)} << 32 | field(0xFFFFFFFF)};
    expect_reference(Stream(kKey, address), address, std::uint64_t{field(1U << 31)} * 8 + field(8), 130, 0);
  }
}

// 2e6 normals: rare mantissas, exponents and quadrants.
TEST_P(OnEachTarget, EqualTheReferenceOnALongRun) {
  expect_reference(Stream(kKey, kAddress), kAddress, 1ULL << 33, 2'000'000, 3);
}

TEST_P(OnEachTarget, ReachTheLastElementAndNoFurther) {
  const Stream stream(kKey, kAddress);
  expect_reference(stream, kAddress, kLast - 200, 201, 0);
  std::vector<float> two(2);
  try {
    stream.normals(kLast, two);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_THAT(error.what(), testing::HasSubstr("2 random numbers from element 17179869183 are more"));
  }
  EXPECT_THROW(stream.uniforms(~0ULL, two), Error);
}

/// The counter whose four words are `words`: Philox's rounds undone, with the inverses of its multipliers modulo 2^32.
PhiloxCounter counter_of(PhiloxCounter words, PhiloxKey key) {
  constexpr std::uint32_t kInverse0 = 0x991A7CDB;
  constexpr std::uint32_t kInverse1 = 0x6D7CAE67;
  static_assert(kInverse0 * kPhiloxMultiplier0 == 1 && kInverse1 * kPhiloxMultiplier1 == 1);
  for (std::uint32_t round = kPhiloxRounds; round-- > 0;) {
    const std::uint32_t word0 = words[3] * kInverse0;
    const std::uint32_t word2 = words[1] * kInverse1;
    const auto high0 = static_cast<std::uint32_t>(std::uint64_t{kPhiloxMultiplier0} * word0 >> 32);
    const auto high1 = static_cast<std::uint32_t>(std::uint64_t{kPhiloxMultiplier1} * word2 >> 32);
    words = {word0, words[0] ^ high1 ^ (key[0] + round * kPhiloxKeyStep[0]), word2,
             words[2] ^ high0 ^ (key[1] + round * kPhiloxKeyStep[1])};
  }
  return words;
}

// Words that a random search would hardly meet: the ends, the borders of halves and quadrants, rounding up to powers
// of two. Each is put in both places of a pair.
TEST_P(OnEachTarget, TakeExtremeWords) {
  const std::vector<std::uint32_t> extremes = {
      0,           1,           0x1FFFFFFFU, 0x20000000U, 0x3FFFFFFFU, 0x40000000U, 0x5FFFFFFFU,
      0x60000000U, 0x7FFFFFFFU, 0x80000000U, 0x80000001U, 0x9FFFFFFFU, 0xA0000000U, 0xBFFFFFFFU,
      0xC0000000U, 0xDFFFFFFFU, 0xE0000000U, 0xFFFFFF7FU, 0xFFFFFF80U, 0xFFFFFFFEU, 0xFFFFFFFFU};
  for (const std::uint32_t a : extremes) {
    for (const std::uint32_t b : extremes) {
      const PhiloxCounter words = {a, b, b, a};
      const PhiloxCounter counter = counter_of(words, philox_key(kKey));
      ASSERT_EQ(philox(counter, philox_key(kKey)), words);
      const PhiloxPlan plan = plan_philox(kKey, {counter[1], counter[2], counter[3]});
      std::vector<float> uniforms(kBlockElements);
      std::vector<float> normals(kBlockElements);
      uniform_blocks(plan, counter[0] / kBlockCounters, 1, uniforms.data());
      normal_blocks(plan, counter[0] / kBlockCounters, 1, normals.data());
      for (unsigned part = 0; part < 4; ++part) {
        const std::size_t i = part * kBlockCounters + counter[0] % kBlockCounters;
        const unsigned pair = part / 2 * 2;
        const auto [cos, sin] = angle_from_word(words[pair + 1]);
        ASSERT_EQ(uniforms[i], uniform_from_word(words[part])) << a << ' ' << b;
        ASSERT_EQ(normals[i], radius_from_word(words[pair]) * (part % 2 == 0 ? cos : sin)) << a << ' ' << b;
        ASSERT_LT(std::abs(normals[i]), 6.764F);
      }
    }
  }
}

TEST(Stream, RefusesABadAddress) {
  EXPECT_THROW(Stream(1, {.purpose = Purpose::shuffle, .trial = 1U << 22}), Error);
}

TEST(Stream, ShortDrawsEqualOneLongDraw) {
  const Stream stream(5, kAddress);
  std::vector<float> whole(1000);
  stream.normals(7, whole);
  std::vector<float> pieces(1000);
  for (std::size_t i = 0; i < 1000; i += i % 37 + 1) {
    stream.normals(7 + i, std::span(pieces).subspan(i, std::min<std::size_t>(i % 37 + 1, 1000 - i)));
  }
  EXPECT_EQ(whole, pieces);
}

}  // namespace stream_test
}  // namespace ohmcarlo
