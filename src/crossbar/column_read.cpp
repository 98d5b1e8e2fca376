#include "crossbar/column_read.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/column_read.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows that are added at a time: they share the loads and stores of the sums.
constexpr int kRowsAtOnce = 4;

/// Columns whose sums stay in the first-level cache.
constexpr Index kColumnBlock = 1024;

/// One column of vectors of kRows rows. kDegree: that of the polynomial sd; 0 leaves the variance alone.
template <int kDegree, int kRows, class D>
struct Rows {
  using Vector = hn::Vec<D>;
  const float* cells[kRows];
  Vector x[kRows];
  Vector c0[kRows];  ///< x times the coefficients of sd
  Vector c1[kRows];
  Vector c2[kRows];

  HWY_INLINE Rows(const View<const float>& array, const Index* rows, const float* inputs, const SdLaw& sd) {
    const D d;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const float input = inputs[rows[r]];
      cells[r] = array.row(rows[r]);
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
HWY_INLINE void add_rows(const View<const float>& cells, const Index* rows, const float* x, const SdLaw& sd,
                         Index first, Index last, float* mean, float* variance) {
  using Floats = hn::ScalableTag<float>;
  constexpr Index kLanes = hn::MaxLanes(Floats{});
  Index j = first;
  const Rows<kDegree, kRows, Floats> wide(cells, rows, x, sd);
  for (; j + kLanes <= last; j += kLanes) wide.add(j, mean, variance);
  const Rows<kDegree, kRows, hn::CappedTag<float, 1>> narrow(cells, rows, x, sd);
  for (; j < last; ++j) narrow.add(j, mean, variance);
}

template <int kDegree>
HWY_INLINE void add_columns(const View<const float>& cells, const Index* rows, Index count, const float* x,
                            const SdLaw& sd, float* mean, float* variance) {
  for (Index first = 0; first < cells.cols; first += kColumnBlock) {
    const Index last = std::min(first + kColumnBlock, cells.cols);
    Index i = 0;
    for (; i + kRowsAtOnce <= count; i += kRowsAtOnce) {
      add_rows<kDegree, kRowsAtOnce>(cells, rows + i, x, sd, first, last, mean, variance);
    }
    for (; i < count; ++i) add_rows<kDegree, 1>(cells, rows + i, x, sd, first, last, mean, variance);
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
