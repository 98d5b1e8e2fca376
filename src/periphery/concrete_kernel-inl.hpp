// Relaxed conversions on vectors, one in each lane, once for each instruction set: see concrete.hpp for the formulas.
// Only operations that IEEE 754 defines to the last bit, in one order: so the same bits everywhere (decisions/0001).
//
// With t_i = exp((x - e_i)/s), F_i = F(e_i - x) = 1/(1 + t_i) and C_i = 1 - F_i = t_i F_i: t_{i+1} = t_i exp(-a/s), so
// a conversion takes two exponentials, and p_i = (1 - exp(-a/s)) C_i F_{i+1}, where nothing cancels. u = exp(-E) with E
// the waiting time of an exponential law, and exp(G) = 1/E: at temperature 1 level i has the weight p_i / E_i, no
// logarithm or power being left. Common factors of all weights are left out. So are common terms of d ln p_i/da, since
// sum q_i = 0:
//   s d ln p_i/dx = F_{i+1} - C_i,   s d ln p_i/da = -i (F_{i+1} - C_i) - (C_i + F_{i+1})/2 + constant.

#if defined(OHMCARLO_PERIPHERY_CONCRETE_KERNEL_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef OHMCARLO_PERIPHERY_CONCRETE_KERNEL_INL
#undef OHMCARLO_PERIPHERY_CONCRETE_KERNEL_INL
#else
#define OHMCARLO_PERIPHERY_CONCRETE_KERNEL_INL
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "periphery/concrete_kernel.hpp"
#include "random/blocks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

HWY_INLINE FloatVector same(float v) {
  return hn::Set(Floats{}, v);
}

struct Exponential {
  FloatVector value;      ///< exp(v)
  FloatVector minus_one;  ///< exp(v) - 1

  /// v at most 88, 0 below -86. The polynomial is that of Cephes (expf; S. L. Moshier): relative error 1e-7.
  explicit HWY_INLINE Exponential(FloatVector v) {
    const auto n = hn::Round(hn::Mul(hn::Max(v, same(-87)), same(0x1.715476p+0F)));
    const FloatVector f = hn::NegMulAdd(n, same(-2.12194440e-4F), hn::NegMulAdd(n, same(0.693359375F), v));
    FloatVector sum = hn::MulAdd(same(1.9875691500e-4F), f, same(1.3981999507e-3F));
    sum = hn::MulAdd(sum, f, same(8.3334519073e-3F));
    sum = hn::MulAdd(sum, f, same(4.1665795894e-2F));
    sum = hn::MulAdd(sum, f, same(1.6666665459e-1F));
    sum = hn::MulAdd(sum, f, same(5.0000001201e-1F));
    sum = hn::MulAdd(hn::Mul(f, f), sum, f);
    const auto exponent = hn::Add(hn::ConvertTo(Integers{}, n), hn::Set(Integers{}, 127));
    const FloatVector power = hn::BitCast(Floats{}, hn::ShiftLeft<23>(exponent));
    const auto tiny = hn::Lt(v, same(-86));
    value = hn::IfThenZeroElse(tiny, hn::MulAdd(power, sum, power));
    minus_one = hn::IfThenElse(tiny, same(-1), hn::MulAdd(power, sum, hn::Sub(power, same(1))));
  }
};

/// -ln(1 - g) / g, ascending powers: minimax of relative error 2^-22.7 for g from 0 to 1/2 (Remez exchange,
/// coefficients rounded to float one after the other, the rest fitted again).
constexpr std::array<float, 8> kLog = {0x1.fffffcp-1F, 0x1.000482p-1F, 0x1.53e012p-2F,  0x1.165360p-2F,
                                       0x1.49734ap-5F, 0x1.8f2fdap-1F, -0x1.12e6bep+0F, 0x1.2e49e2p+0F};

/// k ln 2 - ln(1 - g) for g from 0 to 1/2.
HWY_INLINE FloatVector minus_log(hn::Vec<Integers> k, FloatVector g) {
  return hn::MulAdd(hn::ConvertTo(Floats{}, k), same(0x1.62e430p-1F), hn::Mul(g, polynomial(kLog, g)));
}

/// m of v = m 2^k, v > 0, m in [1/2, 1).
HWY_INLINE FloatVector fraction(hn::Vec<Integers> bits) {
  const auto m = hn::And(bits, hn::Set(Integers{}, 0x007FFFFF));
  return hn::BitCast(Floats{}, hn::Or(m, hn::Set(Integers{}, 0x3F000000)));
}

/// -ln v for v from 2^-126 to 1.
HWY_INLINE FloatVector minus_log(FloatVector v) {
  const auto bits = hn::BitCast(Integers{}, v);
  return minus_log(hn::Sub(hn::Set(Integers{}, 126), hn::ShiftRight<23>(bits)), hn::Sub(same(1), fraction(bits)));
}

/// -ln u with u = (word + 1/2) 2^-32: where u >= 1/2 by way of 1 - u, which is formed from the complement of the word,
/// so that it is never 0.
HWY_INLINE FloatVector waiting_time(WordVector word) {
  const auto signed_word = hn::BitCast(Integers{}, word);
  const auto upper = hn::BroadcastSignBit(signed_word);  // all ones where u >= 1/2
  const FloatVector t = hn::Add(hn::ConvertTo(Floats{}, hn::Xor(signed_word, upper)), same(0.5F));
  const auto bits = hn::BitCast(Integers{}, t);
  const auto k = hn::AndNot(upper, hn::Sub(hn::Set(Integers{}, 158), hn::ShiftRight<23>(bits)));
  const FloatVector lower = hn::Sub(same(1), fraction(bits));
  return minus_log(k, hn::IfNegativeThenElse(hn::BitCast(Floats{}, upper), hn::Mul(t, same(0x1p-32F)), lower));
}

/// v^n, n > 0.
HWY_INLINE FloatVector whole_power(FloatVector v, int n) {
  FloatVector result = (n & 1) != 0 ? v : same(1);
  while ((n >>= 1) != 0) {
    v = hn::Mul(v, v);
    if ((n & 1) != 0) result = hn::Mul(result, v);
  }
  return result;
}

/// v^(1 / temperature), v from 0 to 1, where that is no whole power.
HWY_INLINE FloatVector power(const ConcreteRule& rule, FloatVector v) {
  const FloatVector result = Exponential(hn::Mul(minus_log(v), same(-rule.per_temperature))).value;
  return hn::IfThenElseZero(hn::Ge(v, same(0x1p-126F)), result);
}

/// Places for a number of each level that a vector of conversions needs.
using LevelBuffer = float[(std::size_t{1} << ConcreteOptions::kMostBits) * kLanes];

/// Sums over levels of weights, times k (the level, counted from the nearest one), times derivatives.
struct Sums {
  FloatVector w = same(0), wk = same(0);
  FloatVector x = same(0), xk = same(0);  ///< with s d ln p/dx
  FloatVector a = same(0), ak = same(0);  ///< with minus twice s d ln p/da, k for i

  HWY_INLINE Sums() {}  // as Output of philox-inl.hpp

  /// A level between two edges, of which noise leads above the lower one and below the upper one with these chances.
  HWY_INLINE void add(FloatVector weight, FloatVector k, FloatVector above_lower, FloatVector below_upper) {
    const FloatVector by_x = hn::Sub(below_upper, above_lower);
    const FloatVector by_a = hn::MulAdd(hn::Add(k, k), by_x, hn::Add(above_lower, below_upper));
    const FloatVector weight_k = hn::Mul(weight, k);
    w = hn::Add(w, weight);
    wk = hn::Add(wk, weight_k);
    x = hn::MulAdd(weight, by_x, x);
    xk = hn::MulAdd(weight_k, by_x, xk);
    a = hn::MulAdd(weight, by_a, a);
    ak = hn::MulAdd(weight_k, by_a, ak);
  }

  /// What an end that keeps its tail adds to its derivative by a, since its probability has no factor 1 - exp(-a/s).
  HWY_INLINE void add_to_end(FloatVector weight, FloatVector k, FloatVector by_a) {
    a = hn::MulAdd(weight, by_a, a);
    ak = hn::MulAdd(hn::Mul(weight, k), by_a, ak);
  }
};

/// The results of a vector of conversions.
struct Converted {
  FloatVector value, by_x, by_a;

  HWY_INLINE Converted() {}
};

/// What the scales of a vector of conversions decide.
struct Scales {
  FloatVector steps;    ///< a/s
  FloatVector reach;    ///< steps from a number to the levels that count nothing
  FloatVector outside;  ///< steps outside the range beyond which nothing changes any more
  FloatVector shrink;   ///< exp(-a/s)
  FloatVector boost;    ///< 1 / (1 - exp(-a/s)), by which an end with its tail exceeds the others
  FloatVector tail;     ///< 2 exp(-a/s) / (1 - exp(-a/s))

  HWY_INLINE Scales(const ConcreteRule& rule, FloatVector scale) {
    steps = hn::Div(same(rule.a), scale);
    const FloatVector scale_in_steps = hn::Div(same(1), steps);
    reach = hn::MulAdd(same(rule.reach), scale_in_steps, same(0.5F));
    // exp(-17) is less than half a unit in the last place of 1.
    outside = hn::MulAdd(same(rule.reach + 1), scale_in_steps, same(0.5F));
    const Exponential shrinking(hn::Neg(steps));
    shrink = shrinking.value;
    boost = hn::Div(same(-1), shrinking.minus_one);
    tail = hn::Mul(hn::Add(shrink, shrink), boost);
  }
};

/// A vector of conversions: what does not change from level to level.
struct Lanes {
  FloatVector nearest;  ///< level
  FloatVector first;    ///< the levels that count, less the nearest
  FloatVector last;
  FloatVector lower;   ///< C of the first level
  FloatVector start;   ///< t of the edge above the first level
  ConcreteLevels all;  ///< that any of the conversions needs

  HWY_INLINE Lanes(const ConcreteRule& rule, const Scales& scales, FloatVector x) {
    const FloatVector highest = same(static_cast<float>(rule.levels - 1));
    const FloatVector inside = hn::Min(hn::Max(hn::Div(x, same(rule.a)), same(0)), highest);
    nearest = hn::Round(inside);
    const FloatVector exact = hn::Div(hn::NegMulAdd(nearest, same(rule.a), x), same(rule.a));
    const FloatVector offset = hn::Min(hn::Max(exact, hn::Neg(scales.outside)), scales.outside);  // from the nearest
    const FloatVector from = hn::Max(hn::Ceil(hn::Sub(inside, scales.reach)), same(0));
    const FloatVector to = hn::Min(hn::Floor(hn::Add(inside, scales.reach)), highest);
    first = hn::Sub(from, nearest);
    last = hn::Sub(to, nearest);
    all = {static_cast<int>(hn::GetLane(hn::MinOfLanes(Floats{}, from))),
           static_cast<int>(hn::GetLane(hn::MaxOfLanes(Floats{}, to)))};
    start = Exponential(hn::Mul(scales.steps, hn::Sub(offset, hn::Add(first, same(0.5F))))).value;
    // Noise leads above the lowest edge that counts for certain, unless that is the end of the range.
    lower = same(1);
    if (!rule.clip && all.first == 0) {
      const FloatVector up = hn::Mul(scales.steps, hn::Add(hn::Add(offset, nearest), same(0.5F)));
      const FloatVector t0 = Exponential(hn::Min(up, same(80))).value;
      lower = hn::IfThenElse(hn::Gt(from, same(0)), lower, hn::Div(t0, hn::Add(same(1), t0)));
    }
  }

  /// The results, given the sums over levels and the winner, if it is the value.
  HWY_INLINE Converted result(const ConcreteRule& rule, const Scales& scales, const Sums& sums,
                              const FloatVector* winner) const {
    const FloatVector scale = hn::Div(same(1), sums.w);
    const FloatVector mean = hn::Mul(sums.wk, scale);  // of k
    const FloatVector x = hn::Mul(scale, hn::NegMulAdd(mean, sums.x, sums.xk));
    const FloatVector a = hn::Mul(scale, hn::NegMulAdd(mean, sums.a, sums.ak));
    const FloatVector slope = hn::Mul(scales.steps, same(rule.per_temperature));
    const FloatVector level = hn::Add(nearest, mean);
    Converted result;
    result.value = hn::Mul(same(rule.a), winner != nullptr ? hn::Add(nearest, *winner) : level);
    result.by_x = hn::Mul(slope, x);
    result.by_a = hn::NegMulAdd(slope, hn::MulAdd(nearest, x, hn::Mul(same(0.5F), a)), level);
    return result;
  }
};

enum class Place { bottom, inner, top };  // bottom and top: ends of the range that keep their tails

/// The way of a vector of conversions from level to level.
template <bool kUnitTemperature, bool kStraightThrough>
struct Walk {
  const Scales& scales;
  const Lanes& lanes;
  const float* waits;  ///< of the first level that any conversion needs
  std::size_t row;     ///< from there to those of the next
  Sums sums;
  FloatVector greatest = same(0);
  FloatVector winner = same(0);
  FloatVector k;
  FloatVector t = same(0);  // up to the first level, whose value is added there; so those before it have no weight
  FloatVector above = same(0);
  HWY_ALIGN LevelBuffer weights, above_lower, below_upper;  ///< unused at temperature 1

  HWY_INLINE Walk(const Scales& all_scales, const Lanes& all, const float* first_waits, std::size_t waits_row)
      : scales(all_scales), lanes(all), waits(first_waits), row(waits_row), k(first_k()) {}

  [[nodiscard]] HWY_INLINE FloatVector first_k() const {
    return hn::Sub(same(static_cast<float>(lanes.all.first)), lanes.nearest);
  }

  template <Place kPlace>
  HWY_INLINE void step(int i) {
    const auto starts = hn::Eq(k, lanes.first);
    t = hn::MulAdd(t, scales.shrink, hn::IfThenElseZero(starts, lanes.start));
    above = hn::Add(above, hn::IfThenElseZero(starts, lanes.lower));
    const auto level = static_cast<std::size_t>(i - lanes.all.first);
    const FloatVector wait = hn::Load(Floats{}, waits + level * row);
    const FloatVector quotient = hn::Div(same(1), hn::Mul(hn::Add(same(1), t), wait));
    const FloatVector below = kPlace == Place::top ? same(1) : hn::Mul(quotient, wait);
    FloatVector weight = kPlace == Place::top ? hn::Div(above, wait) : hn::Mul(above, quotient);
    if constexpr (kPlace != Place::inner) weight = hn::Mul(weight, scales.boost);
    weight = hn::IfThenElseZero(hn::Le(k, lanes.last), weight);
    if constexpr (kStraightThrough) winner = hn::IfThenElse(hn::Gt(weight, greatest), k, winner);
    if constexpr (kStraightThrough || !kUnitTemperature) greatest = hn::Max(greatest, weight);
    if constexpr (kUnitTemperature) {
      sums.add(weight, k, above, below);
      if constexpr (kPlace != Place::inner) sums.add_to_end(weight, k, scales.tail);
    } else {
      hn::Store(weight, Floats{}, weights + level * kLanes);
      hn::Store(above, Floats{}, above_lower + level * kLanes);
      hn::Store(below, Floats{}, below_upper + level * kLanes);
    }
    above = hn::Mul(t, below);
    k = hn::Add(k, same(1));
  }

  HWY_INLINE void steps(const ConcreteRule& rule) {
    int i = lanes.all.first;
    if (rule.clip && i == 0) step<Place::bottom>(i++);
    const bool top = rule.clip && lanes.all.last == rule.levels - 1;
    const int end = top ? lanes.all.last : lanes.all.last + 1;
    for (; i < end; ++i) step<Place::inner>(i);
    if (top) step<Place::top>(lanes.all.last);
  }

  /// Weights to the power 1 / temperature, with the greatest as unit.
  HWY_INLINE void cool(const ConcreteRule& rule) {
    const FloatVector unit = hn::Div(same(1), greatest);
    const int whole = rule.per_temperature <= 32 ? static_cast<int>(rule.per_temperature) : 0;
    const bool is_whole = rule.per_temperature == static_cast<float>(whole);
    k = first_k();
    for (int i = lanes.all.first; i <= lanes.all.last; ++i) {
      const std::size_t place = static_cast<std::size_t>(i - lanes.all.first) * kLanes;
      const FloatVector part = hn::Mul(hn::Load(Floats{}, weights + place), unit);
      const FloatVector weight = is_whole ? whole_power(part, whole) : power(rule, part);
      sums.add(weight, k, hn::Load(Floats{}, above_lower + place), hn::Load(Floats{}, below_upper + place));
      if (rule.clip && (i == 0 || i == rule.levels - 1)) sums.add_to_end(weight, k, scales.tail);
      k = hn::Add(k, same(1));
    }
  }

  HWY_INLINE Converted convert(const ConcreteRule& rule) {
    steps(rule);
    if constexpr (!kUnitTemperature) cool(rule);
    return lanes.result(rule, scales, sums, kStraightThrough ? &winner : nullptr);
  }
};

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
