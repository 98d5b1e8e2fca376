// Sigmoid and tanh on vectors, once for each instruction set. Only operations that IEEE 754 defines to the last bit, so
// a value has the same bits in a vector of any width.

#if defined(OHMCARLO_NETWORK_SMOOTH_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef OHMCARLO_NETWORK_SMOOTH_INL
#undef OHMCARLO_NETWORK_SMOOTH_INL
#else
#define OHMCARLO_NETWORK_SMOOTH_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

#if !HWY_NATIVE_FMA
#error "the kernels need fused multiply-adds: compile for x86-64-v3 or for arm64"
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// e^z = power * (1 + part), power a power of two and |part| < 0.42.
template <class V>
struct Exponential {
  V power;
  V part;
};

/// For |z| <= 87; NaN gives a `part` of NaN.
/// Cody and Waite's reduction, z = n ln 2 + r with |r| <= ln 2 / 2, and part = r + r^2 P(r), where P is the minimax
/// polynomial of e^r (relative error 2^-28, its coefficients rounded one after the other). Adding 1.5 * 2^23 leaves no
/// place for fractions, so that n stands in the last bits of the sum.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Exponential<V> exponential(D d, V z) {
  const hn::Rebind<std::int32_t, D> whole;
  const V round = hn::Set(d, 0x1.8p23F);
  const V shifted = hn::MulAdd(z, hn::Set(d, 0x1.715476p+0F), round);
  const V n = hn::Sub(shifted, round);
  V r = hn::NegMulAdd(n, hn::Set(d, 0x1.62e430p-1F), z);
  r = hn::NegMulAdd(n, hn::Set(d, -0x1.05c610p-29F), r);
  V p = hn::MulAdd(hn::Set(d, 0x1.6a524ap-10F), r, hn::Set(d, 0x1.12396ep-7F));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.5558aap-5F));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.555492p-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.fffffcp-2F));
  const auto exponent = hn::Add(hn::ShiftLeft<23>(hn::BitCast(whole, shifted)), hn::Set(whole, 127 << 23));
  return {hn::BitCast(d, exponent), hn::MulAdd(hn::Mul(r, r), p, r)};
}

/// 1 / (1 + e^-x); never below e^-87. Of Min and Max, the second operand is the one whose NaN survives.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  const V z = hn::Min(hn::Set(d, 87), hn::Max(hn::Set(d, -87), hn::Neg(x)));
  const Exponential<V> e = exponential(d, z);
  const V one = hn::Set(d, 1);
  return hn::Div(one, hn::Add(one, hn::MulAdd(e.power, e.part, e.power)));
}

/// tanh |x| = -E / (2 + E) with E = e^(-2 |x|) - 1, which cancels nothing; beyond 10 it is 1 to the last bit.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V hyperbolic_tangent(D d, V x) {
  const V z = hn::Max(hn::Set(d, -20), hn::Mul(hn::Set(d, -2), hn::Abs(x)));
  const Exponential<V> e = exponential(d, z);
  const V minus_one = hn::MulAdd(e.power, e.part, hn::Sub(e.power, hn::Set(d, 1)));
  return hn::CopySign(hn::Div(minus_one, hn::Add(hn::Set(d, 2), minus_one)), x);
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
