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

struct ConcreteRow {
  alignas(64) float each[kConcreteChunk];
};

/// The numbers of `count` conversions, followed by copies of the last up to whole vectors.
struct ConcreteChunk {
  std::size_t count = 0;
  bool own_scales = false;  ///< or all have that of the first
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

/// The waiting times of words.
HWY_INLINE void wait(const std::uint32_t* words, float* row, std::size_t count) {
  constexpr std::size_t kAtOnce = 4;  // independent ones keep the pipeline fuller
  for (std::size_t j = 0; j < count; j += kAtOnce * kLanes) {
    FloatVector times[kAtOnce];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      times[i] = waiting_time(hn::Load(Words{}, words + j + i * kLanes));
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kAtOnce; ++i) hn::Store(times[i], Floats{}, row + j + i * kLanes);
  }
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

/// Draws the waiting times of the levels that any conversion of the chunk needs, and returns these levels.
ConcreteLevels draw(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  const ConcreteLevels levels = levels_of(rule, chunk);
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

}  // namespace

void concrete_kernel(const ConcreteRule& rule, std::span<const float> scale, const ConcreteDraws& draws,
                     std::span<const float> x, float* value, float* by_x, float* by_a) {
  ConcreteChunk chunk;
  const std::size_t rows = draws.stream != nullptr ? static_cast<std::size_t>(rule.levels) : 0;
  const auto room = std::make_unique_for_overwrite<ConcreteRow[]>(rows);
  chunk.own_scales = scale.size() > 1;
  if (!chunk.own_scales) fill_vectors(scale, chunk.scale);
  chunk.waits = rows > 0 ? room[0].each : nullptr;
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
