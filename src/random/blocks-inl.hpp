// Whole blocks of words and of normals on vectors, once for each instruction set: for kernels that use normals where
// they are made instead of storing them.

#if defined(OHMCARLO_RANDOM_BLOCKS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef OHMCARLO_RANDOM_BLOCKS_INL
#undef OHMCARLO_RANDOM_BLOCKS_INL
#else
#define OHMCARLO_RANDOM_BLOCKS_INL
#endif

#include <cstddef>
#include <cstdint>

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
  WideVector start[2 * kGroups];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < 2 * kGroups; ++i)
    start[i] = every_other(std::uint64_t{first_counter} + (group + i / 2) * kLanes + i % 2);
  philox<kGroups>(mask, start, made);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kGroups; ++i) {
    const std::size_t g = group + i;
    std::uint32_t* place = out + g / kGroupsInBlock * kBlockElements + g % kGroupsInBlock * kLanes;
#pragma GCC unroll 4
    for (std::size_t part = 0; part < 4; ++part) hn::StoreU(made[i].word[part], Words{}, place + part * kBlockCounters);
  }
}

/// The words of `blocks` blocks from counter `first_counter`.
HWY_INLINE void store_words(const Masks& mask, std::uint32_t first_counter, std::size_t blocks, std::uint32_t* out) {
  const std::size_t groups = blocks * (kBlockCounters / kLanes);
  std::size_t group = 0;
  for (; group + kGroupsAtOnce <= groups; group += kGroupsAtOnce) {
    store_groups<kGroupsAtOnce>(mask, first_counter, group, out);
  }
  for (; group < groups; ++group) store_groups<1>(mask, first_counter, group, out);
}

/// Turns the words of `blocks` blocks (aligned) into normals: calls use(place, z) with kLanes normals z, those of
/// elements place, place + 1, ... counted from the first block.
template <class Use>
HWY_INLINE void for_normals(const std::uint32_t* words, std::size_t blocks, const Use& use) {
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
      for (std::size_t part = 0; part < 4; ++part) use(place + part * kBlockCounters, z[part]);
    }
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
