#include "crossbar/binary_sums.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/binary_sums.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef OHMCARLO_CROSSBAR_BINARY_SUMS
#define OHMCARLO_CROSSBAR_BINARY_SUMS
namespace ohmcarlo {

// One table block is kGroups groups of four rows x kColumns columns: 16 KiB, half of a first-level cache.
constexpr Index kColumns = 32;
constexpr int kGroups = 8;
/// Vectors whose sums stay in the second-level cache while all rows pass by.
constexpr Index kVectors = 1024;

/// The words of one block of rows from the first vector on; no negative ones for codes without signs.
struct RowWords {
  const std::uint64_t* positive;
  const std::uint64_t* negative;
};

}  // namespace ohmcarlo
#endif

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<float, kColumns>;
using Vec = hn::Vec<Lanes>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lanes()));
constexpr int kWide = static_cast<int>(kColumns) / kLanes;
/// Vectors at a time: eight independent sums hide the latency of an addition.
constexpr int kTogether = kWide >= 8 ? 1 : 8 / kWide;

/// table [kGroups, 16, kColumns]: entry s of a group is the sum of its rows that are set in s.
void make_table(const View<const float>& cells, Index first_row, Index first_column, float* table) {
  const Lanes d;
  const Index width = std::min(kColumns, cells.cols - first_column);
  for (int group = 0; group < kGroups; ++group) {
    HWY_ALIGN float copied[4 * kColumns];
    const float* rows[4];
    for (Index r = 0; r < 4; ++r) {
      const Index row = first_row + group * 4 + r;
      rows[r] = row < cells.rows && width == kColumns ? cells.row(row) + first_column : copied + r * kColumns;
      if (rows[r] != copied + r * kColumns) continue;
      std::fill_n(copied + r * kColumns, kColumns, 0.0F);
      if (row < cells.rows) std::copy_n(cells.row(row) + first_column, width, copied + r * kColumns);
    }
    float* entries = table + group * 16 * kColumns;
    for (int v = 0; v < kWide; ++v) {
      Vec sums[16];
      sums[0] = hn::Zero(d);
#pragma GCC unroll 16
      for (int s = 1; s < 16; ++s) {
        const int highest = s >= 8 ? 3 : s >= 4 ? 2 : s >= 2 ? 1 : 0;
        sums[s] = hn::Add(sums[s - (1 << highest)], hn::LoadU(d, rows[highest] + v * kLanes));
      }
#pragma GCC unroll 16
      for (int s = 0; s < 16; ++s) hn::Store(sums[s], d, entries + s * kColumns + v * kLanes);
    }
  }
}

constexpr int kLog2EntryBytes = 7;
static_assert(kColumns * sizeof(float) == 1 << kLog2EntryBytes);

/// The entry for the nibble that starts at bit kLog2EntryBytes of `nibbles`.
HWY_INLINE const float* entry(const float* entries, std::uint64_t nibbles) {
  const std::uint64_t offset = nibbles & (std::uint64_t{15} << kLog2EntryBytes);
  return reinterpret_cast<const float*>(reinterpret_cast<const char*>(entries) + offset);
}

/// Where the sums of successive vectors lie, kColumns each.
struct Sums {
  float* first;
  Index stride;
};

/// Adds the looked-up sums to those of kTogether vectors, or to zeros; the first `count` of them go to `to`.
template <bool kSigned>
HWY_INLINE void add_entries(const float* table, std::uint64_t (&positive)[kTogether],
                            std::uint64_t (&negative)[kTogether], const float* from, const Sums& to, Index count) {
  const Lanes d;
  Vec sum[kTogether][kWide];
  if (from != nullptr) {
#pragma GCC unroll 8
    for (int i = 0; i < kTogether; ++i) {
#pragma GCC unroll 8
      for (int v = 0; v < kWide; ++v) sum[i][v] = hn::Load(d, from + i * kColumns + v * kLanes);
    }
  } else {
#pragma GCC unroll 8
    for (int i = 0; i < kTogether; ++i) {
#pragma GCC unroll 8
      for (int v = 0; v < kWide; ++v) sum[i][v] = hn::Zero(d);
    }
  }
  // A loop that the compiler unrolls adds up one sum after the other, and then all wait for each other.
#pragma GCC unroll 1
  for (int group = 0; group < kGroups; ++group, table += 16 * kColumns) {
#pragma GCC unroll 8
    for (int i = 0; i < kTogether; ++i) {
      const float* plus = entry(table, positive[i]);
      positive[i] >>= 4;
#pragma GCC unroll 8
      for (int v = 0; v < kWide; ++v) sum[i][v] = hn::Add(sum[i][v], hn::Load(d, plus + v * kLanes));
      if constexpr (kSigned) {
        const float* minus = entry(table, negative[i]);
        negative[i] >>= 4;
#pragma GCC unroll 8
        for (int v = 0; v < kWide; ++v) sum[i][v] = hn::Sub(sum[i][v], hn::Load(d, minus + v * kLanes));
      }
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kTogether; ++i) {
    if (i >= count) break;
#pragma GCC unroll 8
    for (int v = 0; v < kWide; ++v) hn::StoreU(sum[i][v], d, to.first + i * to.stride + v * kLanes);
  }
}

/// Adds the rows of one table block to the sums `from` [count, kColumns], or to zeros, and leaves them in `to`, which
/// may be the same; `shift` brings its nibbles to the bottom of a word.
template <bool kSigned>
HWY_INLINE void add_rows(const float* table, const RowWords& words, int shift, Index count, const float* from,
                         const Sums& to) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << (4 * kGroups)) - 1;
  for (Index v = 0; v < count; v += kTogether) {
    std::uint64_t positive[kTogether];
    std::uint64_t negative[kTogether];
    std::uint64_t any = 0;
#pragma GCC unroll 8
    for (int i = 0; i < kTogether; ++i) {
      const Index at = std::min(v + i, count - 1);  // the sums of a last one too many are dropped
      positive[i] = (words.positive[at] >> shift & kMask) << kLog2EntryBytes;
      negative[i] = kSigned ? (words.negative[at] >> shift & kMask) << kLog2EntryBytes : 0;
      any |= positive[i] | negative[i];
    }
    if (any == 0 && from == to.first) continue;
    add_entries<kSigned>(table, positive, negative, from == nullptr ? nullptr : from + v * kColumns,
                         {to.first + v * to.stride, to.stride}, count - v);
  }
}

/// The sums of columns first_column .. first_column + kColumns - 1, to y [count, cells.cols]. `sums` [count +
/// kTogether, kColumns] holds them between blocks of rows; the last block leaves them in y where it has all columns.
void sum_columns(const View<const float>& cells, const RowWords* words, Index first_column, Index count, float* table,
                 float* sums, const View<float>& y) {
  const Index width = std::min(kColumns, cells.cols - first_column);
  for (Index row = 0; row < cells.rows; row += 4 * kGroups) {
    const RowWords& block = words[row / BitPlanes::kWordRows];
    const auto shift = static_cast<int>(row % BitPlanes::kWordRows);
    const bool to_y = row + 4 * kGroups >= cells.rows && width == kColumns;
    const float* from = row == 0 ? nullptr : sums;
    const Sums to = to_y ? Sums{y.row(0) + first_column, y.stride} : Sums{sums, kColumns};
    make_table(cells, row, first_column, table);
    if (block.negative != nullptr)
      add_rows<true>(table, block, shift, count, from, to);
    else
      add_rows<false>(table, block, shift, count, from, to);
  }
  if (width == kColumns) return;
  for (Index r = 0; r < count; ++r) std::copy_n(sums + r * kColumns, width, y.row(r) + first_column);
}

/// Adds the rows of `cells` from `row` on that are set in a nibble, the first ones first, as an entry of the table is
/// made.
template <class D>
HWY_INLINE hn::Vec<D> make_entry(D d, const View<const float>& cells, Index row, Index column, std::uint64_t nibble) {
  auto entry = hn::Zero(d);
  for (; nibble != 0; ++row, nibble >>= 1)
    if ((nibble & 1) != 0) entry = hn::Add(entry, hn::LoadU(d, cells.row(row) + column));
  return entry;
}

template <class D>
HWY_INLINE void sum_part(D d, const View<const float>& cells, const RowWords& words, Index column, float* y) {
  auto sum = hn::Zero(d);
  for (Index row = 0; row < cells.rows; row += 4) {
    const Index block = row / BitPlanes::kWordRows, shift = row % BitPlanes::kWordRows;
    const std::uint64_t plus = words.positive[block] >> shift & 15;
    if (plus != 0) sum = hn::Add(sum, make_entry(d, cells, row, column, plus));
    const std::uint64_t minus = words.negative != nullptr ? words.negative[block] >> shift & 15 : 0;
    if (minus != 0) sum = hn::Sub(sum, make_entry(d, cells, row, column, minus));
  }
  hn::StoreU(sum, d, y + column);
}

/// The sums y [cols] of one vector, without a table: the same additions in the same order. `words`: one a block of
/// rows.
void sum_vector(const View<const float>& cells, const RowWords& words, float* y) {
  const Lanes wide;
  const hn::CappedTag<float, 1> narrow;
  Index column = 0;
  for (; column + kLanes <= cells.cols; column += kLanes) sum_part(wide, cells, words, column, y);
  for (; column < cells.cols; ++column) sum_part(narrow, cells, words, column, y);
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {
namespace {

HWY_EXPORT(sum_columns);
HWY_EXPORT(sum_vector);

constexpr std::size_t kTableElements = kGroups * 16 * kColumns;
constexpr Index kMostTogether = 8;

struct alignas(64) Workspace {
  float table[kTableElements];
  float sums[(kVectors + kMostTogether) * kColumns];
};

}  // namespace

void binary_sums(View<const float> cells, const BitPlanes& inputs, Index first, View<float> y) {
  require(cells.rows == inputs.rows() && y.cols == cells.cols && first >= 0 && first + y.rows <= inputs.vectors(),
          "binary inputs have a bit for each row and their sums a place for each column");
  if (cells.rows == 0) {
    y.map().setZero();
    return;
  }
  if (y.rows == 1) {
    std::vector<std::uint64_t> positive, negative;
    for (Index block = 0; block * BitPlanes::kWordRows < cells.rows; ++block) {
      positive.push_back(inputs.positive(block)[static_cast<std::size_t>(first)]);
      if (inputs.has_signs()) negative.push_back(inputs.negative(block)[static_cast<std::size_t>(first)]);
    }
    HWY_DYNAMIC_DISPATCH(sum_vector)
    (cells, {positive.data(), inputs.has_signs() ? negative.data() : nullptr}, y.row(0));
    return;
  }
  const auto work = std::make_unique<Workspace>();
  std::vector<RowWords> words(static_cast<std::size_t>((cells.rows + BitPlanes::kWordRows - 1) / BitPlanes::kWordRows));
  for (Index vector = 0; vector < y.rows; vector += kVectors) {
    const Index count = std::min(kVectors, y.rows - vector);
    for (std::size_t block = 0; block < words.size(); ++block) {
      const auto row_block = static_cast<Index>(block);
      words[block] = {inputs.positive(row_block).data() + first + vector,
                      inputs.has_signs() ? inputs.negative(row_block).data() + first + vector : nullptr};
    }
    for (Index column = 0; column < cells.cols; column += kColumns) HWY_DYNAMIC_DISPATCH(sum_columns)
    (cells, words.data(), column, count, work->table, work->sums, y.middle_rows(vector, count));
  }
}

}  // namespace ohmcarlo
#endif
