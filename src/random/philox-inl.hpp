// Philox4x32-10 on vectors, once for each instruction set (Highway includes this file several times).

#if defined(OHMCARLO_RANDOM_PHILOX_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef OHMCARLO_RANDOM_PHILOX_INL
#undef OHMCARLO_RANDOM_PHILOX_INL
#else
#define OHMCARLO_RANDOM_PHILOX_INL
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "random/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<std::uint32_t>;
using Wide = hn::RepartitionToWide<Words>;
using WordVector = hn::Vec<Words>;
using WideVector = hn::Vec<Wide>;
constexpr std::size_t kLanes = hn::MaxLanes(Words{});
static_assert(kLanes >= 4 && kBlockCounters % kLanes == 0);

/// The low half of each 64-bit lane times a constant, all 64 bits of it.
HWY_INLINE WideVector multiply(WideVector a, std::uint32_t multiplier) {
  return hn::MulEven(hn::BitCast(Words{}, a), hn::Set(Words{}, multiplier));
}

HWY_INLINE WideVector high(WideVector product) {
  return hn::ShiftRight<32>(product);
}

/// Philox states in 64-bit lanes, advanced side by side: a single one would wait for its own products. The upper halves
/// hold leftovers that no product ever reads.
template <std::size_t kStates>
struct States {
  WideVector c0[kStates];
  WideVector c1[kStates];
  WideVector c2[kStates];
  WideVector c3[kStates];

  HWY_INLINE States() {}  // see Output
};

/// How a round is masked. Where one instruction xors three values (AVX-512), the new words are masked. Elsewhere the
/// products of every other round are: the upper half is needed at once, the lower half, which becomes word 1 or 3, a
/// round later, so that one xor serves two rounds.
enum class Masking { words, products, none };
constexpr bool kXorsThree = HWY_TARGET <= HWY_AVX3;

/// The plan, spread over vectors once for many counters.
struct Masks {
  WideVector word0[kPhiloxRounds];
  WideVector word2[kPhiloxRounds];

  explicit HWY_INLINE Masks(const PhiloxPlan& plan) {
#pragma GCC unroll 16
    for (int round = 0; round < kPhiloxRounds; ++round) {
      const bool two = !kXorsThree && round >= 3 && round < kPhiloxRounds - 1;
      const int next = two ? round + 1 : round;
      word0[round] = hn::Set(Wide{}, std::uint64_t{plan.mask0[round]} << 32 | plan.mask0[next]);
      word2[round] = hn::Set(Wide{}, std::uint64_t{plan.mask2[round]} << 32 | plan.mask2[next]);
    }
  }
};

/// Rounds 0 to 2. Only word 0 of the counters differs, the plan holds the rest: the first two rounds need one product
/// each instead of two.
template <std::size_t kStates>
HWY_INLINE void first_rounds(const Masks& mask, const WideVector (&counter)[kStates], States<kStates>& s) {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kStates; ++i) {
    const WideVector first = multiply(counter[i], kPhiloxMultiplier0);
    const WideVector second = multiply(hn::Xor(high(first), mask.word2[0]), kPhiloxMultiplier1);
    s.c3[i] = multiply(hn::Xor(high(second), mask.word0[1]), kPhiloxMultiplier0);
    s.c1[i] = multiply(hn::Xor(first, mask.word2[1]), kPhiloxMultiplier1);
    s.c0[i] = hn::Xor3(high(s.c1[i]), second, mask.word0[2]);
    s.c2[i] = hn::Xor(high(s.c3[i]), mask.word2[2]);
  }
}

template <Masking kMasking, std::size_t kStates>
HWY_INLINE void round(WideVector mask0, WideVector mask2, States<kStates>& s) {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kStates; ++i) {
    WideVector product0 = multiply(s.c0[i], kPhiloxMultiplier0);
    WideVector product1 = multiply(s.c2[i], kPhiloxMultiplier1);
    if constexpr (kMasking == Masking::words) {
      s.c0[i] = hn::Xor3(high(product1), s.c1[i], mask0);
      s.c2[i] = hn::Xor3(high(product0), s.c3[i], mask2);
    } else {
      if constexpr (kMasking == Masking::products) {
        product0 = hn::Xor(product0, mask2);
        product1 = hn::Xor(product1, mask0);
      }
      s.c0[i] = hn::Xor(high(product1), s.c1[i]);
      s.c2[i] = hn::Xor(high(product0), s.c3[i]);
    }
    s.c1[i] = product1;
    s.c3[i] = product0;
  }
}

/// The low halves of `even` and `odd`, interleaved: one 32-bit word for each of kLanes counters in order.
HWY_INLINE WordVector interleave_low(WideVector even, WideVector odd) {
  const Words d;
  return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

HWY_INLINE WordVector interleave_high(WideVector even, WideVector odd) {
  const Words d;
  return hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, high(even)));
}

/// The four words of kLanes consecutive counters.
struct Output {
  WordVector word[4];

  HWY_INLINE Output() {}  // written out: an implicit one is compiled for another instruction set (g++ 12 on arm64)
};

/// Counters counter, counter + 2, ... in 64-bit lanes.
HWY_INLINE WideVector every_other(std::uint64_t counter) {
  const WideVector lane = hn::Iota(Wide{}, std::uint64_t{0});
  return hn::Add(hn::Add(lane, lane), hn::Set(Wide{}, counter));
}

/// Philox of kGroups groups of kLanes counters: start[2 i] holds those that give words of the even places of group i,
/// start[2 i + 1] those of the odd places. They have vectors of their own, so that no value ever crosses 64-bit lanes.
template <std::size_t kGroups>
HWY_INLINE void philox(const Masks& mask, const WideVector (&start)[2 * kGroups], Output (&out)[kGroups]) {
  const Words d32;
  States<2 * kGroups> s;
  first_rounds(mask, start, s);
#pragma GCC unroll 8
  for (int r = 3; r < kPhiloxRounds - 1; r += 2) {
    round<kXorsThree ? Masking::words : Masking::products>(mask.word0[r], mask.word2[r], s);
    round<kXorsThree ? Masking::words : Masking::none>(mask.word0[r + 1], mask.word2[r + 1], s);
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kGroups; ++i) {  // the last round, on words that lie side by side
    const std::size_t even = 2 * i;
    const std::size_t odd = 2 * i + 1;
    const WideVector even0 = multiply(s.c0[even], kPhiloxMultiplier0);
    const WideVector even1 = multiply(s.c2[even], kPhiloxMultiplier1);
    const WideVector odd0 = multiply(s.c0[odd], kPhiloxMultiplier0);
    const WideVector odd1 = multiply(s.c2[odd], kPhiloxMultiplier1);
    out[i].word[0] = hn::Xor3(interleave_high(even1, odd1), interleave_low(s.c1[even], s.c1[odd]),
                              hn::BitCast(d32, mask.word0[kPhiloxRounds - 1]));
    out[i].word[1] = interleave_low(even1, odd1);
    out[i].word[2] = hn::Xor3(interleave_high(even0, odd0), interleave_low(s.c3[even], s.c3[odd]),
                              hn::BitCast(d32, mask.word2[kPhiloxRounds - 1]));
    out[i].word[3] = interleave_low(even0, odd0);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
