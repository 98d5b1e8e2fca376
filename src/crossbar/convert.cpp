#include "crossbar/convert.hpp"

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/convert.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef OHMCARLO_CROSSBAR_CONVERT
#define OHMCARLO_CROSSBAR_CONVERT
namespace ohmcarlo {

/// Places of a range: those of all columns, or element j for column j.
struct Ranges {
  const float* zero;
  const float* per_lsb;
  float lowest;
  float highest;
};

}  // namespace ohmcarlo
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Converts as many sums as there are lanes; -1 in the lanes of `clipped` for each that was.
template <bool kOwnRanges, class D>
HWY_INLINE void convert(D d, const Ranges& ranges, const float* v, double factor, double* acc,
                        hn::Vec<hn::RebindToSigned<D>>& clipped) {
  const hn::Rebind<double, hn::Half<D>> wide;
  constexpr std::size_t kHalf = hn::MaxLanes(wide);
  const auto zero = kOwnRanges ? hn::LoadU(d, ranges.zero) : hn::Set(d, *ranges.zero);
  const auto per_lsb = kOwnRanges ? hn::LoadU(d, ranges.per_lsb) : hn::Set(d, *ranges.per_lsb);
  const auto raw = hn::Round(hn::Mul(hn::Sub(hn::LoadU(d, v), zero), per_lsb));
  const auto code = hn::Min(hn::Max(raw, hn::Set(d, ranges.lowest)), hn::Set(d, ranges.highest));
  clipped = hn::Add(clipped, hn::BitCast(hn::RebindToSigned<D>(), hn::VecFromMask(d, hn::Ne(raw, code))));
  const auto times = hn::Set(wide, factor);
  const auto lower = hn::PromoteTo(wide, hn::LowerHalf(hn::Half<D>(), code));
  hn::StoreU(hn::MulAdd(times, lower, hn::LoadU(wide, acc)), wide, acc);
  const auto upper = hn::PromoteTo(wide, hn::UpperHalf(hn::Half<D>(), code));
  hn::StoreU(hn::MulAdd(times, upper, hn::LoadU(wide, acc + kHalf)), wide, acc + kHalf);
}

template <bool kOwnRanges>
HWY_INLINE std::int64_t convert_all(Ranges ranges, const float* v, std::size_t count, double factor, double* acc) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  constexpr std::size_t kLanes = hn::MaxLanes(d);
  std::int64_t clipped = 0;
  const std::size_t whole = count / kLanes * kLanes;
  for (std::size_t first = 0; first < whole;) {
    // Fewer than 2^31 conversions go into one lane.
    const std::size_t last = std::min(whole, first + (kLanes << 20));
    auto lanes = hn::Zero(di);
    for (std::size_t j = first; j < last; j += kLanes) {
      Ranges here = ranges;
      if (kOwnRanges) {
        here.zero += j;
        here.per_lsb += j;
      }
      convert<kOwnRanges>(d, here, v + j, factor, acc + j, lanes);
    }
    clipped -= hn::GetLane(hn::SumOfLanes(di, lanes));
    first = last;
  }
  if (whole < count) {  // the rest fills a vector with copies of 0 volts
    HWY_ALIGN float zero[kLanes] = {};
    HWY_ALIGN float per_lsb[kLanes] = {};
    HWY_ALIGN float rest[kLanes] = {};
    HWY_ALIGN double sums[kLanes] = {};
    const std::size_t left = count - whole;
    for (std::size_t j = 0; j < kLanes; ++j) {
      const std::size_t from = whole + std::min(j, left - 1);
      zero[j] = ranges.zero[kOwnRanges ? from : 0];
      per_lsb[j] = ranges.per_lsb[kOwnRanges ? from : 0];
      rest[j] = v[from];
      sums[j] = acc[from];
    }
    auto lanes = hn::Zero(di);
    convert<true>(d, {zero, per_lsb, ranges.lowest, ranges.highest}, rest, factor, sums, lanes);
    HWY_ALIGN std::int32_t flags[kLanes];
    hn::Store(lanes, di, flags);
    for (std::size_t j = 0; j < left; ++j) {
      acc[whole + j] = sums[j];
      clipped -= flags[j];
    }
  }
  return clipped;
}

std::int64_t convert_one_range(const Ranges& ranges, const float* v, std::size_t count, double factor, double* acc) {
  return convert_all<false>(ranges, v, count, factor, acc);
}

std::int64_t convert_own_ranges(const Ranges& ranges, const float* v, std::size_t count, double factor, double* acc) {
  return convert_all<true>(ranges, v, count, factor, acc);
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(convert_one_range);
HWY_EXPORT(convert_own_ranges);

ColumnQuantisers::ColumnQuantisers(std::span<const Quantiser> columns) {
  for (const Quantiser& column : columns) {
    if (zero_.empty()) {
      lowest_ = column.lowest();
      highest_ = column.highest();
    }
    require(column.lowest() == lowest_ && column.highest() == highest_, "the converters of an array have equal codes");
    zero_.push_back(column.zero());
    per_lsb_.push_back(column.per_lsb());
  }
}

std::int64_t add_codes(const Quantiser& adc, std::span<const float> v, double factor, std::span<double> acc) {
  require(v.size() == acc.size(), "each sum has a place for its code");
  const float zero = adc.zero();
  const float per_lsb = adc.per_lsb();
  return HWY_DYNAMIC_DISPATCH(convert_one_range)({&zero, &per_lsb, adc.lowest(), adc.highest()}, v.data(), v.size(),
                                                 factor, acc.data());
}

std::int64_t add_codes(const ColumnQuantisers& adcs, std::span<const float> v, double factor, std::span<double> acc) {
  require(v.size() == acc.size() && v.size() == adcs.zero().size(),
          "each sum has a converter and a place for its code");
  return HWY_DYNAMIC_DISPATCH(convert_own_ranges)(
      {adcs.zero().data(), adcs.per_lsb().data(), adcs.lowest(), adcs.highest()}, v.data(), v.size(), factor,
      acc.data());
}

}  // namespace ohmcarlo
#endif
