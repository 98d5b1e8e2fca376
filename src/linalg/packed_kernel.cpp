#include "linalg/packed_kernel.hpp"

#include <algorithm>

// Compiled once for each instruction set. Scalable vectors cannot be kept in arrays; NEON takes their place.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#if defined(__x86_64__)
// Nothing below AVX2: it has no fused multiply-add. (Highway takes -march=x86-64-v3 for less, because AES is not in
// it.)
#define HWY_BASELINE_TARGETS HWY_AVX2
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linalg/packed_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::kernel {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

static_assert(HWY_NATIVE_FMA, "the packed products are defined by fused multiply-add");

using Lanes = hn::CappedTag<float, kPanel>;
using Vec = hn::Vec<Lanes>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lanes()));
constexpr int kVectors = static_cast<int>(kPanel) / kLanes;  // of one panel
constexpr int kGroupRows = static_cast<int>(kGroup);
// How many panels make a tile that fills the registers.
constexpr int kBestPanels = kLanes == 16 ? 4 : 1;

/// The terms of one group in one feature block; values of successive terms and rows lie this far apart.
template <Index kOfTerm, Index kOfRow>
struct ListTerms {
  const std::uint16_t* features;
  const float* values;
  Index count;
  HWY_ATTR HWY_INLINE Index feature(Index k) const { return features[k]; }
  HWY_ATTR HWY_INLINE float value(Index k, int row) const { return values[k * kOfTerm + row * kOfRow]; }
};

struct RowTerms {
  const float* rows[kGroup];
  Index count;
  HWY_ATTR HWY_INLINE Index feature(Index k) const { return k; }
  HWY_ATTR HWY_INLINE float value(Index k, int row) const { return rows[row][k]; }
};

/// Adds the terms to the sums in c [kGroup, kPanels * kPanel], or to zeros in the first feature block. In the last one
/// a sum of -0, which only underflow can bring about, becomes +0, as it would if some of the skipped zeros were added.
template <int kPanels, class Terms>
HWY_ATTR HWY_NOINLINE void tile(const Terms& terms, const float* panel, Index panel_stride, float* c, Index stride,
                                bool first_block, bool last_block) {
  constexpr int kWide = kPanels * kVectors;
  const Lanes d;
  Vec sums[kGroup][kWide];
  const Vec zero = hn::Zero(d);
#pragma GCC unroll 16
  for (int i = 0; i < kGroupRows; ++i) {
#pragma GCC unroll 16
    for (int v = 0; v < kWide; ++v) sums[i][v] = first_block ? zero : hn::LoadU(d, c + i * stride + v * kLanes);
  }
  for (Index k = 0; k < terms.count; ++k) {
    const float* w = panel + terms.feature(k) * kPanel;
    Vec weights[kWide];
#pragma GCC unroll 16
    for (int v = 0; v < kWide; ++v) {
      weights[v] = hn::LoadU(d, w + (v / kVectors) * panel_stride + (v % kVectors) * kLanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kGroupRows; ++i) {
      const Vec x = hn::Set(d, terms.value(k, i));
#pragma GCC unroll 16
      for (int v = 0; v < kWide; ++v) sums[i][v] = hn::MulAdd(x, weights[v], sums[i][v]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kGroupRows; ++i) {
#pragma GCC unroll 16
    for (int v = 0; v < kWide; ++v) {
      hn::StoreU(last_block ? hn::Add(sums[i][v], zero) : sums[i][v], d, c + i * stride + v * kLanes);
    }
  }
}

/// A tile that sticks out of the result: computed in a buffer, of which the inner part is copied.
template <int kPanels, class Terms>
HWY_ATTR HWY_NOINLINE void edge_tile(const Terms& terms, const float* panel, Index panel_stride, const Rows& rows,
                                     Index row, Index output, Index outputs, bool first_block, bool last_block) {
  constexpr Index kWidth = kPanels * kPanel;
  HWY_ALIGN float buffer[kGroup * kWidth] = {};
  const Index from = std::max(row, rows.first);
  const Index to = std::min(row + kGroup, rows.last);
  const Index width = std::min(outputs - output, kWidth);
  for (Index r = from; r < to && !first_block; ++r) {
    std::copy_n(rows.data + (r - rows.first) * rows.stride + output, width, buffer + (r - row) * kWidth);
  }
  tile<kPanels>(terms, panel, panel_stride, buffer, kWidth, first_block, last_block);
  for (Index r = from; r < to; ++r) {
    std::copy_n(buffer + (r - row) * kWidth, width, rows.data + (r - rows.first) * rows.stride + output);
  }
}

HWY_ATTR HWY_INLINE ListTerms<kGroup, 1> terms_of(const SparseGroups& groups, const Panels& panels, Index group,
                                                  Index block) {
  const std::size_t* start = groups.starts + group * feature_blocks(panels.features) + block;
  return {groups.features + start[0], groups.values + (start[0] - groups.values_start) * kGroup,
          static_cast<Index>(start[1] - start[0])};
}

HWY_ATTR HWY_INLINE ListTerms<1, kListRoom> terms_of(const ListedGroups& groups, const Panels& panels, Index group,
                                                     Index block) {
  const Index slot = group * feature_blocks(panels.features) + block;
  return {groups.features + slot * kListRoom, groups.values + slot * kGroup * kListRoom, groups.counts[slot]};
}

HWY_ATTR HWY_INLINE RowTerms terms_of(const DenseRows& x, const Panels& panels, Index group, Index block) {
  const Index feature = block * kFeatureBlock;
  RowTerms terms;
  // A last, incomplete group repeats its last row; the results are dropped.
  for (Index i = 0; i < kGroup; ++i) {
    terms.rows[i] = x.data + std::min(group * kGroup + i, x.rows - 1) * x.stride + feature;
  }
  terms.count = std::min(kFeatureBlock, panels.features - feature);
  return terms;
}

/// All groups with kPanels panels, starting at output `output`.
template <int kPanels, class Groups>
HWY_ATTR void multiply_panels(const Groups& groups, Index first_group, Index last_group, const Panels& panels,
                              Index block, Index output, const Rows& rows) {
  const bool first_block = block == 0;
  const bool last_block = block + 1 == feature_blocks(panels.features);
  const Index panel_stride = panels.features * kPanel;
  const float* panel = panels.data + output * panels.features + block * kFeatureBlock * kPanel;
  const bool whole_panels = output + kPanels * kPanel <= panels.outputs;
  for (Index group = first_group; group < last_group; ++group) {
    const Index row = group * kGroup;
    const auto terms = terms_of(groups, panels, group, block);
    if (whole_panels && row >= rows.first && row + kGroup <= rows.last) {
      tile<kPanels>(terms, panel, panel_stride, rows.data + (row - rows.first) * rows.stride + output, rows.stride,
                    first_block, last_block);
    } else {
      edge_tile<kPanels>(terms, panel, panel_stride, rows, row, output, panels.outputs, first_block, last_block);
    }
  }
}

template <class Groups>
HWY_ATTR void multiply_groups(const Groups& groups, Index first_group, Index last_group, const Panels& panels,
                              const Rows& rows, int most_panels) {
  const Index most = most_panels > 0 ? std::min(most_panels, kMostPanels) : kBestPanels;
  for (Index block = 0; block < feature_blocks(panels.features); ++block) {
    for (Index output = 0; output < panels.outputs;) {
      const Index count = std::min(most, (panels.outputs - output + kPanel - 1) / kPanel);
      switch (count) {
        case 1:
          multiply_panels<1>(groups, first_group, last_group, panels, block, output, rows);
          break;
        case 2:
          multiply_panels<2>(groups, first_group, last_group, panels, block, output, rows);
          break;
        case 3:
          multiply_panels<3>(groups, first_group, last_group, panels, block, output, rows);
          break;
        default:
          multiply_panels<4>(groups, first_group, last_group, panels, block, output, rows);
      }
      output += count * kPanel;
    }
  }
}

HWY_ATTR void sparse(const SparseGroups& groups, Index first_group, Index last_group, const Panels& panels,
                     const Rows& rows, int most_panels) {
  multiply_groups(groups, first_group, last_group, panels, rows, most_panels);
}

HWY_ATTR void listed(const ListedGroups& groups, Index count, const Panels& panels, const Rows& rows, int most_panels) {
  multiply_groups(groups, 0, count, panels, rows, most_panels);
}

HWY_ATTR void dense(const DenseRows& x, Index first_group, Index last_group, const Panels& panels, const Rows& rows,
                    int most_panels) {
  multiply_groups(x, first_group, last_group, panels, rows, most_panels);
}

HWY_ATTR void interleave(const float* from, Index stride, Index features, float* to) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<double, 2> pairs;
  Index f = 0;
  for (; f + 4 <= features; f += 4, from += 4, to += 4 * kPanel) {
    const auto a = hn::LoadU(d, from);
    const auto b = hn::LoadU(d, from + stride);
    const auto c = hn::LoadU(d, from + 2 * stride);
    const auto e = hn::LoadU(d, from + 3 * stride);
    const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
    const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
    const auto ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
    const auto ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
    hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ce_low)), d, to);
    hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ce_low)), d, to + kPanel);
    hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ce_high)), d, to + 2 * kPanel);
    hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ce_high)), d, to + 3 * kPanel);
  }
  for (; f < features; ++f, ++from, to += kPanel) {
    for (Index i = 0; i < 4; ++i) to[i] = from[i * stride];
  }
}

/// For every set of lanes where these come from when they move to the front. Highway's own table for eight lanes and
/// fewer is a local array, which g++ 12 copies onto the stack for every vector.
struct FrontPlaces {
  static constexpr int kFew = kLanes < 8 ? kLanes : 8;
  std::uint8_t from[1 << kFew][kFew] = {};

  constexpr FrontPlaces() {
    for (int set = 0; set < 1 << kFew; ++set)
      for (int lane = 0, place = 0; lane < kFew; ++lane)
        if ((set >> lane & 1) != 0) from[set][place++] = static_cast<std::uint8_t>(lane);
  }
};
constexpr FrontPlaces kFrontPlaces;

/// Moves the lanes of a mask to the front, one vector after the other.
class ToFront {
  using Ints = hn::Rebind<std::int32_t, Lanes>;
  using Mask = hn::Mask<Ints>;

 public:
  HWY_ATTR HWY_INLINE explicit ToFront(Mask mask) : mask_(mask) {
    if constexpr (kLanes <= 8) {
      HWY_ALIGN std::uint8_t bits[16] = {};  // Highway may write 8 bytes more
      hn::StoreMaskBits(Ints(), mask, bits);
      places_ = hn::PromoteTo(Ints(), hn::LoadU(hn::Rebind<std::uint8_t, Lanes>(), kFrontPlaces.from[bits[0]]));
    }
  }
  HWY_ATTR HWY_INLINE Vec operator()(Vec v) const {
    if constexpr (kLanes <= 8)
      return hn::TableLookupLanes(v, hn::IndicesFromVec(Lanes(), places_));
    else
      return hn::Compress(v, hn::RebindMask(Lanes(), mask_));
  }

 private:
  Mask mask_;
  hn::Vec<Ints> places_ = hn::Zero(Ints());
};

HWY_ATTR Index list(const std::uint8_t* const rows[kGroup], Index count, float scale, std::uint16_t* features,
                    float* values) {
  const Lanes d;
  const hn::Rebind<std::int32_t, Lanes> di;
  const hn::Rebind<std::uint8_t, Lanes> du8;
  const hn::Rebind<std::uint16_t, Lanes> du16;
  const Vec factor = hn::Set(d, scale);
  auto numbers = hn::Iota(di, 0);
  Index listed = 0;
  // Without branches: what is not listed is overwritten by the next vector.
  const auto take = [&](const std::uint8_t* const(&from)[kGroup], Index offset) HWY_ATTR {
    hn::Vec<decltype(di)> codes[kGroup];
    auto any = hn::Zero(di);
#pragma GCC unroll 16
    for (int i = 0; i < kGroupRows; ++i) {
      codes[i] = hn::PromoteTo(di, hn::LoadU(du8, from[i] + offset));
      any = hn::Or(any, codes[i]);
    }
    const auto mask = hn::Ne(any, hn::Zero(di));
    const ToFront to_front(mask);
    hn::StoreU(hn::DemoteTo(du16, hn::BitCast(di, to_front(hn::BitCast(d, numbers)))), du16, features + listed);
    numbers = hn::Add(numbers, hn::Set(di, kLanes));
#pragma GCC unroll 16
    for (int i = 0; i < kGroupRows; ++i) {
      const Vec value = hn::Mul(factor, hn::ConvertTo(d, codes[i]));
      hn::StoreU(to_front(value), d, values + i * kListRoom + listed);
    }
    listed += static_cast<Index>(hn::CountTrue(di, mask));
  };
  const std::uint8_t* whole[kGroup];
  std::copy_n(rows, kGroup, whole);
  Index feature = 0;
  for (; feature + kLanes <= count; feature += kLanes) take(whole, feature);
  if (feature == count) return listed;
  std::uint8_t rest[kGroup][kLanes] = {};
  const std::uint8_t* padded[kGroup];
  for (int i = 0; i < kGroupRows; ++i) {
    std::copy(rows[i] + feature, rows[i] + count, rest[i]);
    padded[i] = rest[i];
  }
  take(padded, 0);
  return listed;
}

HWY_ATTR void unpack_codes(const std::uint8_t* codes, std::size_t count, float scale, float* values) {
  const Lanes d;
  const hn::Rebind<std::int32_t, Lanes> di;
  const hn::Rebind<std::uint8_t, Lanes> du8;
  const Vec factor = hn::Set(d, scale);
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    hn::StoreU(hn::Mul(factor, hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(du8, codes + i)))), d, values + i);
  }
  for (; i < count; ++i) values[i] = scale * static_cast<float>(codes[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace ohmcarlo::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo::kernel {

HWY_EXPORT(sparse);
HWY_EXPORT(listed);
HWY_EXPORT(dense);
HWY_EXPORT(interleave);
HWY_EXPORT(list);
HWY_EXPORT(unpack_codes);

void multiply_sparse(const SparseGroups& groups, Index first_group, Index last_group, const Panels& panels,
                     const Rows& rows, int most_panels) {
  HWY_DYNAMIC_DISPATCH(sparse)(groups, first_group, last_group, panels, rows, most_panels);
}

void multiply_listed(const ListedGroups& groups, Index count, const Panels& panels, const Rows& rows, int most_panels) {
  HWY_DYNAMIC_DISPATCH(listed)(groups, count, panels, rows, most_panels);
}

void multiply_dense(const DenseRows& x, const Panels& panels, const Rows& rows, int most_panels) {
  // Few enough groups at a time that their rows stay in the cache while all panels pass by.
  constexpr Index kBlock = 24;
  const Index groups = (x.rows + kGroup - 1) / kGroup;
  for (Index first = 0; first < groups; first += kBlock) {
    HWY_DYNAMIC_DISPATCH(dense)(x, first, std::min(first + kBlock, groups), panels, rows, most_panels);
  }
}

void interleave_four(const float* from, Index stride, Index features, float* to) {
  HWY_DYNAMIC_DISPATCH(interleave)(from, stride, features, to);
}

Index list_features(const std::uint8_t* const rows[kGroup], Index count, float scale, std::uint16_t* features,
                    float* values) {
  return HWY_DYNAMIC_DISPATCH(list)(rows, count, scale, features, values);
}

void unpack(const std::uint8_t* codes, std::size_t count, float scale, float* values) {
  HWY_DYNAMIC_DISPATCH(unpack_codes)(codes, count, scale, values);
}

std::vector<std::int64_t> instruction_sets() {
  return hwy::SupportedAndGeneratedTargets();
}

void use_instruction_set(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace ohmcarlo::kernel
#endif
