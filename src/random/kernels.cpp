#include "random/kernels.hpp"

// AVX2 and AVX-512, or NEON. Vectors of unknown width (SVE) do not fit the blocks; without AES instructions, which
// these kernels do not use and which x86-64-v3 does not promise, Highway would take SSSE3 for the lowest common
// denominator.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/blocks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

struct ToUniforms {
  static HWY_INLINE void convert(const std::uint32_t* words, std::size_t blocks, float* out) {
    for (std::size_t i = 0; i < blocks * kBlockElements; i += kLanes) {
      hn::StoreU(uniform(hn::Load(Words{}, words + i)), Floats{}, out + i);
    }
  }
};

struct StoreNormals {
  float* out;
  HWY_INLINE void operator()(std::size_t place, FloatVector z) const { hn::StoreU(z, Floats{}, out + place); }
};

struct ToNormals {
  static HWY_INLINE void convert(const std::uint32_t* words, std::size_t blocks, float* out) {
    for_normals(words, blocks, StoreNormals{out});
  }
};

template <class To>
HWY_INLINE void store_floats(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out) {
  alignas(64) std::uint32_t words[kBlocksInCache * kBlockElements];
  const Masks mask(plan);
  auto counter = static_cast<std::uint32_t>(first_block * kBlockCounters);
  while (blocks > 0) {
    const std::size_t n = blocks < kBlocksInCache ? blocks : kBlocksInCache;
    store_words(mask, counter, n, words);
    To::convert(words, n, out);
    counter += static_cast<std::uint32_t>(n * kBlockCounters);
    out += n * kBlockElements;
    blocks -= n;
  }
}

void words(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, std::uint32_t* out) {
  store_words(Masks(plan), static_cast<std::uint32_t>(first_block * kBlockCounters), blocks, out);
}

void uniforms(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out) {
  store_floats<ToUniforms>(plan, first_block, blocks, out);
}

void normals(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out) {
  store_floats<ToNormals>(plan, first_block, blocks, out);
}

const char* target() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(words);
HWY_EXPORT(uniforms);
HWY_EXPORT(normals);
HWY_EXPORT(target);

PhiloxPlan plan_philox(std::uint64_t key, const PackedAddress& address) {
  const PhiloxKey k = philox_key(key);
  PhiloxPlan plan;
  for (std::uint32_t round = 0; round < kPhiloxRounds; ++round) {
    plan.mask0[round] = k[0] + round * kPhiloxKeyStep[0];
    plan.mask2[round] = k[1] + round * kPhiloxKeyStep[1];
  }
  // Round 0 leaves words 0 and 1 the same for all counters, round 1 leaves word 3 so.
  const auto [word1, word2, word3] = address;
  const std::uint64_t product1 = std::uint64_t{kPhiloxMultiplier1} * word2;
  const auto word0 = static_cast<std::uint32_t>(product1 >> 32) ^ word1 ^ plan.mask0[0];
  const std::uint64_t product0 = std::uint64_t{kPhiloxMultiplier0} * word0;
  plan.mask2[0] ^= word3;
  plan.mask0[1] ^= static_cast<std::uint32_t>(product1);
  plan.mask2[1] ^= static_cast<std::uint32_t>(product0 >> 32);
  plan.mask2[2] ^= static_cast<std::uint32_t>(product0);
  return plan;
}

void word_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(words)(plan, first_block, blocks, out);
}

void uniform_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out) {
  HWY_DYNAMIC_DISPATCH(uniforms)(plan, first_block, blocks, out);
}

void normal_blocks(const PhiloxPlan& plan, std::uint32_t first_block, std::size_t blocks, float* out) {
  HWY_DYNAMIC_DISPATCH(normals)(plan, first_block, blocks, out);
}

const char* kernel_target() {
  return HWY_DYNAMIC_DISPATCH(target)();
}

}  // namespace ohmcarlo
#endif
