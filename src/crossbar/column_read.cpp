#include "crossbar/column_read.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/column_read.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows that are added at a time: they share the loads and stores of the sums. They lie a quarter of the array apart,
/// because the processor fetches four long runs from memory faster than one run, or than four that end with their row
/// (Zen 3: 0.8 of the time of a plain pass over the array, against 1.1 to 1.9).
constexpr int kRowsAtOnce = 4;

/// Cells that are asked for so many places ahead.
constexpr Index kAhead = 64;

/// Columns whose sums stay in the second-level cache; longer rows are read in parts.
constexpr Index kColumnBlock = 4096;

/// The same columns of kRows rows: those of rows[0], rows[step], rows[2 step] ... kDegree: that of the polynomial sd; 0
/// leaves the variance alone.
template <int kDegree, int kRows, class D>
struct Rows {
  using Vector = hn::Vec<D>;
  const float* cells[kRows];
  Vector x[kRows];
  Vector c0[kRows];  ///< x times the coefficients of sd
  Vector c1[kRows];
  Vector c2[kRows];

  HWY_INLINE Rows(const View<const float>& array, const Index* rows, Index step, const float* inputs, const SdLaw& sd) {
    const D d;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const float input = inputs[rows[r * step]];
      cells[r] = array.row(rows[r * step]);
      x[r] = hn::Set(d, input);
      c0[r] = hn::Set(d, input * sd.c0);
      c1[r] = hn::Set(d, input * sd.c1);
      c2[r] = hn::Set(d, input * sd.c2);
    }
  }

  HWY_INLINE void add(Index j, float* mean, float* variance) const {
    const D d;
    Vector sum = hn::LoadU(d, mean + j);
    Vector squares = kDegree > 0 ? hn::LoadU(d, variance + j) : hn::Zero(d);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      hwy::Prefetch(cells[r] + j + kAhead);
      const Vector cell = hn::LoadU(d, cells[r] + j);
      sum = hn::MulAdd(x[r], cell, sum);
      if constexpr (kDegree > 0) {
        const Vector slope = kDegree == 1 ? c1[r] : hn::MulAdd(c2[r], cell, c1[r]);
        const Vector noise = hn::MulAdd(slope, cell, c0[r]);
        squares = hn::MulAdd(noise, noise, squares);
      }
    }
    hn::StoreU(sum, d, mean + j);
    if constexpr (kDegree > 0) hn::StoreU(squares, d, variance + j);
  }
};

template <int kDegree, int kRows>
HWY_INLINE void add_rows(const View<const float>& cells, const Index* rows, Index step, const float* x, const SdLaw& sd,
                         Index first, Index last, float* mean, float* variance) {
  using Floats = hn::ScalableTag<float>;
  constexpr Index kLanes = hn::MaxLanes(Floats{});
  Index j = first;
  const Rows<kDegree, kRows, Floats> wide(cells, rows, step, x, sd);
  for (; j + kLanes <= last; j += kLanes) wide.add(j, mean, variance);
  if (j == last) return;
  const Rows<kDegree, kRows, hn::CappedTag<float, 1>> narrow(cells, rows, step, x, sd);
  for (; j < last; ++j) narrow.add(j, mean, variance);
}

template <int kDegree>
HWY_INLINE void add_columns(const View<const float>& cells, const Index* rows, Index count, const float* x,
                            const SdLaw& sd, float* mean, float* variance) {
  for (Index first = 0; first < cells.cols; first += kColumnBlock) {
    const Index last = std::min(first + kColumnBlock, cells.cols);
    const Index step = count / kRowsAtOnce;
    for (Index i = 0; i < step; ++i) {
      add_rows<kDegree, kRowsAtOnce>(cells, rows + i, step, x, sd, first, last, mean, variance);
    }
    for (Index i = step * kRowsAtOnce; i < count; ++i) {
      add_rows<kDegree, 1>(cells, rows + i, 1, x, sd, first, last, mean, variance);
    }
  }
}

void add_columns_of_rows(const View<const float>& cells, const Index* rows, Index count, const float* x,
                         const SdLaw& sd, float* mean, float* variance) {
  if (sd.c2 != 0) {
    add_columns<2>(cells, rows, count, x, sd, mean, variance);
  } else if (sd.c1 != 0) {
    add_columns<1>(cells, rows, count, x, sd, mean, variance);
  } else {
    add_columns<0>(cells, rows, count, x, sd, mean, variance);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(add_columns_of_rows);

void read_columns(View<const float> cells, std::span<const float> x, const SdLaw& sd, std::span<float> mean,
                  std::span<float> variance) {
  require(std::ssize(x) == cells.rows && std::ssize(mean) == cells.cols && std::ssize(variance) == cells.cols,
          "a read has an input for each row and a sum for each column");
  std::vector<Index> rows;
  rows.reserve(x.size());
  double squares = 0;
  for (Index i = 0; i < cells.rows; ++i) {
    const float input = x[static_cast<std::size_t>(i)];
    if (input == 0) continue;
    rows.push_back(i);
    squares += double{input} * input;
  }
  const bool constant = sd.c1 == 0 && sd.c2 == 0;
  std::fill(mean.begin(), mean.end(), 0.0F);
  std::fill(variance.begin(), variance.end(), constant ? static_cast<float>(squares * sd.c0 * sd.c0) : 0.0F);
  HWY_DYNAMIC_DISPATCH(add_columns_of_rows)
  (cells, rows.data(), std::ssize(rows), x.data(), sd, mean.data(), variance.data());
}

}  // namespace ohmcarlo
#endif
