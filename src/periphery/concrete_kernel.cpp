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

/// The numbers of `count` conversions, followed by copies of the last up to whole vectors.
struct ConcreteChunk {
  std::size_t count = 0;
  std::uint32_t* words = nullptr;  ///< room for kConcreteChunk of each level
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

HWY_INLINE Lanes lanes_at(const ConcreteRule& rule, const ConcreteChunk& chunk, std::size_t j) {
  return {rule, hn::Load(Floats{}, chunk.x + j), hn::Load(Floats{}, chunk.scale + j)};
}

/// Draws words for the levels that any conversion of the chunk needs, and returns these levels.
ConcreteLevels draw(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  ConcreteLevels levels{rule.levels, -1};
  for (std::size_t j = 0; j < chunk.count; j += kLanes) {
    const ConcreteLevels own = lanes_at(rule, chunk, j).all;
    levels = {own.first < levels.first ? own.first : levels.first, own.last > levels.last ? own.last : levels.last};
  }
  for (int i = levels.first; i <= levels.last; ++i) {
    std::uint32_t* row = chunk.words + static_cast<std::size_t>(i - levels.first) * kConcreteChunk;
    draws.stream->words(draws.first + static_cast<std::uint64_t>(i) * draws.level_stride, {row, chunk.count});
    for (std::size_t j = chunk.count; j % kLanes != 0; ++j) row[j] = 0;
  }
  return levels;
}

template <bool kUnitTemperature, bool kStraightThrough>
HWY_INLINE void convert(const ConcreteRule& rule, const ConcreteDraws& draws, ConcreteChunk& chunk) {
  const ConcreteLevels drawn = draws.stream != nullptr ? draw(rule, draws, chunk) : ConcreteLevels{};
  HWY_ALIGN LevelBuffer waits;
  for (std::size_t j = 0; j < chunk.count; j += kLanes) {
    const Lanes lanes = lanes_at(rule, chunk, j);
    for (int i = lanes.all.first; i <= lanes.all.last; ++i) {
      FloatVector wait = same(1);
      if (draws.stream != nullptr) {
        const std::size_t row = static_cast<std::size_t>(i - drawn.first) * kConcreteChunk;
        wait = minus_two_log(hn::LoadU(Words{}, chunk.words + row + j));
      }
      hn::Store(wait, Floats{}, waits + static_cast<std::size_t>(i - lanes.all.first) * kLanes);
    }
    const Converted result = lanes.convert<kUnitTemperature, kStraightThrough>(rule, waits);
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

void concrete_kernel(const ConcreteRule& rule, std::span<const float> scale, const ConcreteDraws& draws,
                     std::span<const float> x, float* value, float* by_x, float* by_a) {
  ConcreteChunk chunk;
  const std::size_t words = draws.stream != nullptr ? static_cast<std::size_t>(rule.levels) * kConcreteChunk : 0;
  const auto room = std::make_unique_for_overwrite<std::uint32_t[]>(words);
  chunk.words = room.get();
  for (std::size_t from = 0; from < x.size(); from += kConcreteChunk) {
    chunk.count = std::min(kConcreteChunk, x.size() - from);
    const std::size_t filled = (chunk.count + 15) / 16 * 16;  // whole vectors of every instruction set
    for (std::size_t j = 0; j < filled; ++j) {
      const std::size_t place = from + std::min(j, chunk.count - 1);
      chunk.x[j] = x[place];
      chunk.scale[j] = scale[scale.size() == 1 ? 0 : place];
    }
    const ConcreteDraws here = {draws.stream, draws.first + from, draws.level_stride};
    HWY_DYNAMIC_DISPATCH(convert_chunk)(rule, here, chunk);
    std::copy_n(chunk.value, chunk.count, value + from);
    std::copy_n(chunk.by_x, chunk.count, by_x + from);
    std::copy_n(chunk.by_a, chunk.count, by_a + from);
  }
}

}  // namespace ohmcarlo
#endif
