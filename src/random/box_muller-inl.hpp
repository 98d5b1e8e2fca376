// Words to uniforms and normals on vectors, once for each instruction set. See box_muller.hpp for the method; the same
// operations in the same order as reference.cpp, so the same bits.

#if defined(OHMCARLO_RANDOM_BOX_MULLER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef OHMCARLO_RANDOM_BOX_MULLER_INL
#undef OHMCARLO_RANDOM_BOX_MULLER_INL
#else
#define OHMCARLO_RANDOM_BOX_MULLER_INL
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "random/box_muller.hpp"

#if !HWY_NATIVE_FMA
#error "the kernels need fused multiply-adds: compile for x86-64-v3 or for arm64"
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Integers = hn::ScalableTag<std::int32_t>;
using FloatVector = hn::Vec<Floats>;

/// Estrin's scheme on the coefficients c[0], c[1], ... c[n - 1]; c is used up.
template <std::size_t n>
HWY_INLINE FloatVector estrin(FloatVector (&c)[n], FloatVector x) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    FloatVector pairs[(n + 1) / 2];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < n; i += 2) pairs[i / 2] = i + 1 < n ? hn::MulAdd(c[i + 1], x, c[i]) : c[i];
    return estrin(pairs, hn::Mul(x, x));
  }
}

template <std::size_t n>
HWY_INLINE FloatVector polynomial(const std::array<float, n>& coefficients, FloatVector x) {
  FloatVector c[n];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < n; ++i) c[i] = hn::Set(Floats{}, coefficients[i]);
  return estrin(c, x);
}

HWY_INLINE FloatVector uniform(hn::Vec<hn::ScalableTag<std::uint32_t>> word) {
  const Floats d;
  const FloatVector scaled = hn::Mul(hn::Add(hn::ConvertTo(d, word), hn::Set(d, 0.5F)), hn::Set(d, kScale));
  return hn::Min(scaled, hn::Set(d, kLargestUniform));
}

HWY_INLINE FloatVector radius(hn::Vec<hn::ScalableTag<std::uint32_t>> word) {
  const Floats d;
  const Integers di;
  const auto signed_word = hn::BitCast(di, word);
  const auto upper = hn::BroadcastSignBit(signed_word);  // all ones where u >= 1/2
  const FloatVector t = hn::Add(hn::ConvertTo(d, hn::Xor(signed_word, upper)), hn::Set(d, 0.5F));
  const auto bits = hn::BitCast(di, t);
  const auto k = hn::AndNot(upper, hn::Sub(hn::Set(di, 158), hn::ShiftRight<23>(bits)));
  const auto m = hn::BitCast(d, hn::Or(hn::And(bits, hn::Set(di, 0x007FFFFF)), hn::Set(di, 0x3F000000)));
  const FloatVector g =
      hn::IfNegativeThenElse(hn::BitCast(d, upper), hn::Mul(t, hn::Set(d, kScale)), hn::Sub(hn::Set(d, 1.0F), m));
  const FloatVector near_one = hn::Mul(g, polynomial(kLogQ, g));
  return hn::Sqrt(hn::MulAdd(hn::ConvertTo(d, k), hn::Set(d, kTwoLn2), near_one));
}

/// r times the cosine and the sine of the angle in `word`.
HWY_INLINE void rotate(FloatVector r, hn::Vec<hn::ScalableTag<std::uint32_t>> word, FloatVector& r_cos,
                       FloatVector& r_sin) {
  const Floats d;
  const hn::ScalableTag<std::uint32_t> du;
  const auto remainder = hn::BitCast(Integers{}, hn::Or(hn::ShiftLeft<2>(word), hn::Set(du, 2U)));
  const FloatVector t = hn::Mul(hn::ConvertTo(d, remainder), hn::Set(d, kScale));
  const FloatVector z = hn::Mul(t, t);
  const FloatVector sin = hn::Mul(t, polynomial(kSinS, z));
  const FloatVector cos = hn::MulAdd(polynomial(kCosC, z), z, hn::Set(d, 1.0F));
  // The quadrant is in the two upper bits of `turned`: the lower of them swaps, the upper is the sign of the sine, and
  // the sign of the cosine is that of the sine a quadrant later.
  const auto turned = hn::Add(word, hn::Set(du, 0x20000000U));
  const auto swap = hn::BitCast(d, hn::ShiftLeft<1>(turned));
  const auto sign = hn::Set(du, 0x80000000U);
  const FloatVector sign_sin = hn::BitCast(d, hn::And(turned, sign));
  const FloatVector sign_cos = hn::BitCast(d, hn::And(hn::Add(turned, hn::Set(du, 0x40000000U)), sign));
  r_cos = hn::Mul(r, hn::Xor(hn::IfNegativeThenElse(swap, sin, cos), sign_cos));
  r_sin = hn::Mul(r, hn::Xor(hn::IfNegativeThenElse(swap, cos, sin), sign_sin));
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
