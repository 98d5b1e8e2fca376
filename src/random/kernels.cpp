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

#include "random/box_muller-inl.hpp"
#include "random/philox-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

/// Groups of kLanes counters made at once: enough to fill the pipeline, few enough to stay in registers.
constexpr std::size_t kGroupsAtOnce = 2;

/// Words are made a few kilobytes at a time and turned into floats from there: two short loops keep the pipeline fuller
/// than one long one.
constexpr std::size_t kBlocksInCache = 16;

/// Groups `group` to `group + kGroups - 1`, counted from the first block.
template <std::size_t kGroups>
HWY_INLINE void store_groups(const Masks& mask, std::uint32_t first_counter, std::size_t group, std::uint32_t* out) {
  constexpr std::size_t kGroupsInBlock = kBlockCounters / kLanes;
  Output made[kGroups];
  philox<kGroups>(mask, first_counter + static_cast<std::uint32_t>(group * kLanes), made);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kGroups; ++i) {
    const std::size_t g = group + i;
    std::uint32_t* place = out + g / kGroupsInBlock * kBlockElements + g % kGroupsInBlock * kLanes;
#pragma GCC unroll 4
    for (std::size_t part = 0; part < 4; ++part) hn::StoreU(made[i].word[part], Words{}, place + part * kBlockCounters);
  }
}

HWY_INLINE void store_words(const Masks& mask, std::uint32_t first_counter, std::size_t blocks, std::uint32_t* out) {
  const std::size_t groups = blocks * (kBlockCounters / kLanes);
  std::size_t group = 0;
  for (; group + kGroupsAtOnce <= groups; group += kGroupsAtOnce) {
    store_groups<kGroupsAtOnce>(mask, first_counter, group, out);
  }
  for (; group < groups; ++group) store_groups<1>(mask, first_counter, group, out);
}

struct ToUniforms {
  static HWY_INLINE void convert(const std::uint32_t* words, std::size_t blocks, float* out) {
    for (std::size_t i = 0; i < blocks * kBlockElements; i += kLanes) {
      hn::StoreU(uniform(hn::Load(Words{}, words + i)), Floats{}, out + i);
    }
  }
};

struct ToNormals {
  static HWY_INLINE void convert(const std::uint32_t* words, std::size_t blocks, float* out) {
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::size_t lane = 0; lane < kBlockCounters; lane += kLanes) {  // two independent pairs at a time
        const std::size_t place = block * kBlockElements + lane;
        const auto word = [&](std::size_t part)
                              HWY_ATTR { return hn::Load(Words{}, words + place + part * kBlockCounters); };
        const FloatVector r0 = radius(word(0));
        const FloatVector r2 = radius(word(2));
        FloatVector z[4];
        rotate(r0, word(1), z[0], z[1]);
        rotate(r2, word(3), z[2], z[3]);
#pragma GCC unroll 4
        for (std::size_t part = 0; part < 4; ++part) hn::StoreU(z[part], Floats{}, out + place + part * kBlockCounters);
      }
    }
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
