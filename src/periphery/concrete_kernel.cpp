#include "periphery/concrete_kernel.hpp"

#include <algorithm>
#include <memory>

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "periphery/concrete_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "periphery/concrete_kernel-inl.hpp"

#ifndef OHMCARLO_PERIPHERY_CONCRETE_KERNEL
#define OHMCARLO_PERIPHERY_CONCRETE_KERNEL
namespace ohmcarlo {

/// Conversions at once: few enough for the words of 16 levels to stay in the cache.
constexpr std::size_t kConcreteChunk = 256;
constexpr std::size_t kUsualLevels = 16;  // their waiting times need no memory of their own

struct ConcreteRow {
  alignas(64) float each[kConcreteChunk];
};

/// The numbers of `count` conversions, followed by copies of the last up to whole vectors.
struct ConcreteChunk {
  std::size_t count = 0;
  bool own_scales = false;  ///< or all have that of the first
  bool narrow = false;      ///< no wider than a block of words, and blocks begin where rows of words do
  float* waits = nullptr;   ///< room for kConcreteChunk of each level, aligned
  alignas(64) float x[kConcreteChunk];
  alignas(64) float scale[kConcreteChunk];
  alignas(64) float value[kConcreteChunk];
  alignas(64) float by_x[kConcreteChunk];
  alignas(64) float by_a[kConcreteChunk];
};

}  // namespace ohmcarlo
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

HWY_INLINE Scales scales_at(const ConcreteRule& rule, const ConcreteChunk& chunk, std::size_t j) {
  return {rule, hn::Load(Floats{}, chunk.scale + j)};
}

HWY_INLINE Lanes lanes_at(const ConcreteRule& rule, const Scales& scales, const ConcreteChunk& chunk, std::size_t j) {
  return {rule, scales, hn::Load(Floats{}, chunk.x + j)};
}

/// The waiting times of words, in whole vectors.
HWY_INLINE void wait(const std::uint32_t* words, float* row, std::size_t count) {
  constexpr std::size_t kAtOnce = 4;  // independent ones keep the pipeline fuller
  std::size_t j = 0;
  for (; j + (kAtOnce - 1) * kLanes < count; j += kAtOnce * kLanes) {
    FloatVector times[kAtOnce];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      times[i] = waiting_time(hn::Load(Words{}, words + j + i * kLanes));
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kAtOnce; ++i) hn::Store(times[i], Floats{}, row + j + i * kLanes);
  }
  for (; j < count; j += kLanes) hn::Store(waiting_time(hn::Load(Words{}, words + j)), Floats{}, row + j);
}

/// The levels that any conversion of the chunk needs.
HWY_INLINE ConcreteLevels levels_of(const ConcreteRule& rule, const ConcreteChunk& chunk) {
  const Scales scales = scales_at(rule, chunk, 0);
  if (!chunk.own_scales) {  // those of the least and of the greatest number, and those between
    FloatVector least = hn::Load(Floats{}, chunk.x);
    FloatVector greatest = least;
    for (std::size_t j = kLanes; j < chunk.count; j += kLanes) {
      const FloatVector x = hn::Load(Floats{}, chunk.x + j);
      least = hn::Min(least, x);
      greatest = hn::Max(greatest, x);
    }
    return {Lanes(rule, scales, least).all.first, Lanes(rule, scales, greatest).all.last};
  }
  ConcreteLevels levels{rule.levels, -1};
  for (std::size_t j = 0; j < chunk.count; j += kLanes) {
    const ConcreteLevels own = lanes_at(rule, scales_at(rule, chunk, j), chunk, j).all;
    levels = {own.first < levels.first ? own.first : levels.first, own.last > levels.last ? own.last : levels.last};
  }
  return levels;
}

/// Which counters a narrow chunk needs: of each level's block 2^log2_groups groups of kLanes.
struct NarrowDraws {
  std::size_t log2_groups;
  std::uint64_t first;  ///< element of the first level
  std::uint64_t level_stride;
};

/// The waiting times of a narrow chunk from groups group, group + 1, ..., level by level.
template <std::size_t kGroups>
HWY_INLINE void draw_groups(const Masks& mask, const NarrowDraws& draws, std::size_t group, ConcreteChunk& chunk) {
  std::size_t level[kGroups];
  std::size_t place[kGroups];  // of a group's first word in the block
  WideVector start[2 * kGroups];
#pragma GCC unroll 2
  for (std::size_t i = 0; i < kGroups; ++i) {
    level[i] = (group + i) >> draws.log2_groups;
    place[i] = ((group + i) - (level[i] << draws.log2_groups)) * kLanes;
    const std::uint64_t counter = (draws.first + level[i] * draws.level_stride) / 4 + place[i];
    start[2 * i] = every_other(counter);
    start[2 * i + 1] = every_other(counter + 1);
  }
  Output made[kGroups];
  philox<kGroups>(mask, start, made);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < kGroups; ++i) {
    float* row = chunk.waits + level[i] * kConcreteChunk;
#pragma GCC unroll 4
    for (std::size_t part = 0; part < 4; ++part) {
      const std::size_t j = place[i] + part * kBlockCounters;
      if (j < chunk.count) hn::Store(waiting_time(made[i].word[part]), Floats{}, row + j);
    }
  }
}

/// The same of a chunk that needs half a group: groups of which each half has a level of its own, group i those of
/// levels 2 (pair + i) and 2 (pair + i) + 1.
template <std::size_t kGroups>
HWY_INLINE void draw_pairs(const Masks& mask, const NarrowDraws& draws, std::size_t pair, ConcreteChunk& chunk) {
  const auto first_half = hn::FirstN(Wide{}, kLanes / 4);
  WideVector start[2 * kGroups];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 2 * kGroups; ++i) {
    const std::uint64_t counter = (draws.first + 2 * (pair + i / 2) * draws.level_stride) / 4 + i % 2;
    const std::uint64_t next = counter + draws.level_stride / 4 - kLanes / 2;
    start[i] = hn::IfThenElse(first_half, every_other(counter), every_other(next));
  }
  Output made[kGroups];
  philox<kGroups>(mask, start, made);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < kGroups; ++i) {
    float* row = chunk.waits + 2 * (pair + i) * kConcreteChunk;
    const FloatVector times = waiting_time(made[i].word[0]);
    hn::Store(times, Floats{}, row);
    const hn::Half<Floats> half;
    hn::Store(hn::UpperHalf(half, times), half, row + kConcreteChunk);
  }
}

HWY_INLINE void draw_narrow(const ConcreteDraws& draws, ConcreteLevels levels, ConcreteChunk& chunk) {
  const Masks mask(draws.stream->plan());
  const std::uint64_t first = draws.first + static_cast<std::uint64_t>(levels.first) * draws.level_stride;
  NarrowDraws narrow = {0, first, draws.level_stride};
  const auto count = static_cast<std::size_t>(levels.last - levels.first + 1);
  std::size_t done = 0;
  if (kLanes == kBlockCounters && chunk.count <= kLanes / 2) {
    for (; 2 * done + 2 * kGroupsAtOnce <= count; done += kGroupsAtOnce)
      draw_pairs<kGroupsAtOnce>(mask, narrow, done, chunk);
    for (; 2 * done < count; ++done) draw_pairs<1>(mask, narrow, done, chunk);
    return;
  }
  while (kLanes << narrow.log2_groups < std::min(chunk.count, kBlockCounters)) ++narrow.log2_groups;
  for (; done + kGroupsAtOnce <= count << narrow.log2_groups; done += kGroupsAtOnce)
    draw_groups<kGroupsAtOnce>(mask, narrow, done, chunk);
  for (; done < count << narrow.log2_groups; ++done) draw_groups<1>(mask, narrow, done, chunk);
}

/// Draws the waiting times of the levels that any conversion of the chunk needs, and returns these levels.
ConcreteLevels draw(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  const ConcreteLevels levels = levels_of(rule, chunk);
  if (chunk.narrow) {
    draw_narrow(draws, levels, chunk);
    return levels;
  }
  alignas(64) std::uint32_t words[kConcreteChunk] = {};
  for (int i = levels.first; i <= levels.last; ++i) {
    draws.stream->words(draws.first + static_cast<std::uint64_t>(i) * draws.level_stride, {words, chunk.count});
    wait(words, chunk.waits + static_cast<std::size_t>(i - levels.first) * kConcreteChunk, chunk.count);
  }
  return levels;
}

template <bool kUnitTemperature, bool kStraightThrough>
HWY_INLINE void convert(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  const bool draws_any = draws.stream != nullptr;
  const ConcreteLevels drawn = draws_any ? draw(rule, draws, chunk) : ConcreteLevels{};
  HWY_ALIGN float ones[kLanes];
  hn::Store(same(1), Floats{}, ones);
  Scales scales = scales_at(rule, chunk, 0);
  for (std::size_t j = 0; j < chunk.count; j += kLanes) {
    if (chunk.own_scales) scales = scales_at(rule, chunk, j);
    const Lanes lanes = lanes_at(rule, scales, chunk, j);
    const float* waits = ones;
    if (draws_any) waits = chunk.waits + static_cast<std::size_t>(lanes.all.first - drawn.first) * kConcreteChunk + j;
    Walk<kUnitTemperature, kStraightThrough> walk(scales, lanes, waits, draws_any ? kConcreteChunk : 0);
    const Converted result = walk.convert(rule);
    hn::Store(result.value, Floats{}, chunk.value + j);
    hn::Store(result.by_x, Floats{}, chunk.by_x + j);
    hn::Store(result.by_a, Floats{}, chunk.by_a + j);
  }
}

void convert_chunk(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  if (rule.per_temperature == 1) {
    rule.straight_through ? convert<true, true>(rule, draws, chunk) : convert<true, false>(rule, draws, chunk);
  } else {
    rule.straight_through ? convert<false, true>(rule, draws, chunk) : convert<false, false>(rule, draws, chunk);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(convert_chunk);

namespace {

/// Copies numbers, and the last of them up to whole vectors of every instruction set.
void fill_vectors(std::span<const float> from, float* to) {
  std::copy(from.begin(), from.end(), to);
  for (std::size_t j = from.size(); j % 16 != 0; ++j) to[j] = from.back();
}

/// Whether the words of a level are the beginning of a block, all of them inside the stream.
bool is_narrow(const ConcreteDraws& draws, std::size_t levels, std::size_t count) {
  return count <= kBlockElements && (draws.first | draws.level_stride) % kBlockElements == 0 &&
         draws.first <= Stream::kElements / 4 && draws.level_stride <= Stream::kElements / (2 * levels);
}

}  // namespace

void concrete_kernel(const ConcreteRule& rule, std::span<const float> scale, const ConcreteDraws& draws,
                     std::span<const float> x, float* value, float* by_x, float* by_a) {
  ConcreteChunk chunk;
  ConcreteRow usual[kUsualLevels];
  const auto levels = static_cast<std::size_t>(rule.levels);
  const auto more = std::make_unique_for_overwrite<ConcreteRow[]>(levels > kUsualLevels ? levels : 0);
  chunk.waits = levels > kUsualLevels ? more[0].each : usual[0].each;
  chunk.own_scales = scale.size() > 1;
  if (!chunk.own_scales) fill_vectors(scale, chunk.scale);
  chunk.narrow = is_narrow(draws, levels, x.size());
  for (std::size_t from = 0; from < x.size(); from += kConcreteChunk) {
    chunk.count = std::min(kConcreteChunk, x.size() - from);
    fill_vectors(x.subspan(from, chunk.count), chunk.x);
    if (chunk.own_scales) fill_vectors(scale.subspan(from, chunk.count), chunk.scale);
    const ConcreteDraws here = {draws.stream, draws.first + from, draws.level_stride};
    HWY_DYNAMIC_DISPATCH(convert_chunk)(rule, here, chunk);
    std::copy_n(chunk.value, chunk.count, value + from);
    std::copy_n(chunk.by_x, chunk.count, by_x + from);
    std::copy_n(chunk.by_a, chunk.count, by_a + from);
  }
}

}  // namespace ohmcarlo
#endif
