#include "periphery/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "periphery/logistic.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After these, once for each instruction set.
#include <hwy/contrib/math/math-inl.h>

#ifndef OHMCARLO_PERIPHERY_LOGISTIC
#define OHMCARLO_PERIPHERY_LOGISTIC
namespace ohmcarlo {

constexpr std::size_t kLogisticChunk = 256;  // words at a time
constexpr double kLogisticScale = scale_of_logistic(1);

}  // namespace ohmcarlo
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Deviates of `count` words, both with room for whole vectors. The vectors' logarithm is off by at most 4 units in the
/// last place of a double (2 were seen), which a float does not show unless the double lies as near as that to the
/// middle between two floats. Such vectors are made anew, number by number: 1,065 of the 2^32 words ask for it, and one
/// of them needs it.
void logistic_of_words(const std::uint32_t* words, std::size_t count, float* out) {
  const hn::ScalableTag<double> d;
  const hn::RebindToSigned<decltype(d)> whole;
  const hn::Rebind<std::int32_t, decltype(d)> narrow;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < count; i += lanes) {
    // Less 2^31, as a signed number, and that back in double, where the sum is exact.
    const auto moved = hn::Xor(hn::LoadU(hn::Rebind<std::uint32_t, decltype(d)>{}, words + i),
                               hn::Set(hn::Rebind<std::uint32_t, decltype(d)>{}, 0x80000000U));
    const auto word = hn::PromoteTo(d, hn::BitCast(narrow, moved));
    const auto u = hn::Mul(hn::Add(word, hn::Set(d, 0x1p31 + 0.5)), hn::Set(d, 0x1p-32));
    const auto ratio = hn::Div(u, hn::Sub(hn::Set(d, 1.0), u));
    const auto deviate = hn::Mul(hn::Set(d, kLogisticScale), hn::Log(d, ratio));
    hn::StoreU(hn::DemoteTo(hn::Rebind<float, decltype(d)>{}, deviate), hn::Rebind<float, decltype(d)>{}, out + i);
    constexpr std::int64_t kBetween = std::int64_t{1} << 28, kDoubt = 64;
    const auto beyond = hn::And(hn::BitCast(whole, deviate), hn::Set(whole, 2 * kBetween - 1));
    const auto doubtful = hn::Lt(hn::Abs(hn::Sub(beyond, hn::Set(whole, kBetween))), hn::Set(whole, kDoubt));
    if (HWY_UNLIKELY(!hn::AllFalse(whole, doubtful)))
      for (std::size_t j = i; j < i + lanes; ++j) out[j] = static_cast<float>(logistic_from_word(words[j]));
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(logistic_of_words);

double logistic_from_word(std::uint32_t word) {
  const double u = (word + 0.5) * 0x1p-32;
  return kLogisticScale * std::log(u / (1 - u));
}

void logistic_from_words(std::span<const std::uint32_t> words, float* out) {
  alignas(64) std::uint32_t some[kLogisticChunk] = {};
  alignas(64) float deviates[kLogisticChunk];
  for (std::size_t from = 0; from < words.size(); from += kLogisticChunk) {
    const std::size_t count = std::min(kLogisticChunk, words.size() - from);
    std::copy_n(words.data() + from, count, some);
    HWY_DYNAMIC_DISPATCH(logistic_of_words)(some, count, deviates);
    std::copy_n(deviates, count, out + from);
  }
}

void logistic_deviates(const Stream& stream, std::uint64_t first, std::span<float> out) {
  alignas(64) std::uint32_t words[kLogisticChunk];
  for (std::size_t from = 0; from < out.size(); from += kLogisticChunk) {
    const auto some = std::span(words).first(std::min(kLogisticChunk, out.size() - from));
    stream.words(first + from, some);
    logistic_from_words(some, out.data() + from);
  }
}

}  // namespace ohmcarlo
#endif
