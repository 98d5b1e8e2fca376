#include "crossbar/noisy_read.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/noisy_read.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/blocks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

/// Adds x (c + sd(c) z) to y for the cells c of one row. kDegree: that of the polynomial sd.
template <int kDegree>
struct AddCells {
  const float* cells;
  float* y;
  FloatVector x;
  FloatVector c0;  ///< x times the coefficients of sd
  FloatVector c1;
  FloatVector c2;

  HWY_INLINE AddCells(const float* cells_of_row, float* sums, float input, const SdLaw& sd)
      : cells(cells_of_row),
        y(sums),
        x(hn::Set(Floats{}, input)),
        c0(hn::Set(Floats{}, input * sd.c0)),
        c1(hn::Set(Floats{}, input * sd.c1)),
        c2(hn::Set(Floats{}, input * sd.c2)) {}

  HWY_INLINE void operator()(std::size_t place, FloatVector z) const {
    const Floats d;
    const FloatVector cell = hn::LoadU(d, cells + place);
    FloatVector noise = c0;
    if constexpr (kDegree == 1) noise = hn::MulAdd(c1, cell, c0);
    if constexpr (kDegree == 2) noise = hn::MulAdd(hn::MulAdd(c2, cell, c1), cell, c0);
    hn::StoreU(hn::MulAdd(noise, z, hn::MulAdd(x, cell, hn::LoadU(d, y + place))), d, y + place);
  }
};

/// Words of normals that wait for their cells: of a part of a row or of several short rows, as many as fit.
template <int kDegree>
class Reader {
 public:
  HWY_INLINE Reader(const SdLaw& sd, const View<const float>& cells, const float* x, float* y)
      : sd_(sd), cells_(cells), x_(x), y_(y), whole_(static_cast<std::size_t>(cells.cols) / kBlockElements) {}

  HWY_INLINE void read(const PhiloxPlan& plan, std::uint32_t first_block) {
    const Masks mask(plan);
    const std::size_t blocks = static_cast<std::size_t>(noise_row_stride(cells_.cols)) / kBlockElements;
    for (Index row = 0; row < cells_.rows; ++row) {
      if (x_[row] == 0) continue;
      const std::size_t start = first_block + static_cast<std::size_t>(row) * blocks;
      for (std::size_t block = 0; block < blocks;) {
        const std::size_t n = std::min(kBlocksInCache - filled_, blocks - block);
        store_words(mask, static_cast<std::uint32_t>((start + block) * kBlockCounters), n,
                    words_ + filled_ * kBlockElements);
        runs_[count_++] = {row, block, n};
        filled_ += n;
        block += n;
        if (filled_ == kBlocksInCache) use();
      }
    }
    use();
    for (std::size_t j = whole_ * kBlockElements; j < static_cast<std::size_t>(cells_.cols); ++j) {
      y_[j] += last_y_[j - whole_ * kBlockElements];
    }
  }

 private:
  /// Blocks of one row, beside each other in words_.
  struct Run {
    Index row;
    std::size_t block;
    std::size_t blocks;
  };

  HWY_INLINE void use() {
    const std::uint32_t* words = words_;
    for (std::size_t r = 0; r < count_; ++r) {
      const auto [row, block, blocks] = runs_[r];
      const float* cells = cells_.row(row);
      const std::size_t inner = std::min(blocks, whole_ - block);
      const std::size_t place = block * kBlockElements;
      if (inner > 0) for_normals(words, inner, AddCells<kDegree>(cells + place, y_ + place, x_[row], sd_));
      if (inner < blocks) {  // the rest of the row is less than a block
        const std::size_t last = whole_ * kBlockElements;
        std::copy_n(cells + last, static_cast<std::size_t>(cells_.cols) - last, last_cells_);
        for_normals(words + inner * kBlockElements, 1, AddCells<kDegree>(last_cells_, last_y_, x_[row], sd_));
      }
      words += blocks * kBlockElements;
    }
    count_ = 0;
    filled_ = 0;
  }

  alignas(64) std::uint32_t words_[kBlocksInCache * kBlockElements];
  alignas(64) float last_cells_[kBlockElements] = {};
  alignas(64) float last_y_[kBlockElements] = {};
  Run runs_[kBlocksInCache];
  std::size_t count_ = 0;
  std::size_t filled_ = 0;
  const SdLaw& sd_;
  const View<const float>& cells_;
  const float* x_;
  float* y_;
  std::size_t whole_;  ///< blocks of a row that are full of cells
};

void read_cells(const PhiloxPlan& plan, std::uint32_t first_block, const SdLaw& sd, const View<const float>& cells,
                const float* x, float* y) {
  if (sd.c2 != 0) {
    Reader<2>(sd, cells, x, y).read(plan, first_block);
  } else if (sd.c1 != 0) {
    Reader<1>(sd, cells, x, y).read(plan, first_block);
  } else {
    Reader<0>(sd, cells, x, y).read(plan, first_block);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(read_cells);

void add_noisy_read(const Stream& noise, Index first_row, const SdLaw& sd, View<const float> cells,
                    std::span<const float> x, std::span<float> y) {
  require(first_row >= 0 && std::ssize(x) == cells.rows && std::ssize(y) == cells.cols,
          "a read has an input for each row and a sum for each column");
  const auto blocks = static_cast<std::uint64_t>(noise_row_stride(cells.cols)) / kBlockElements;
  if (blocks > 0 && static_cast<std::uint64_t>(first_row + cells.rows) > Stream::kElements / kBlockElements / blocks) {
    fail_usage("read noise of {} rows of {} columns is more than a stream of random numbers holds ({})",
               first_row + cells.rows, cells.cols, Stream::kElements);
  }
  HWY_DYNAMIC_DISPATCH(read_cells)
  (noise.plan(), static_cast<std::uint32_t>(static_cast<std::uint64_t>(first_row) * blocks), sd, cells, x.data(),
   y.data());
}

}  // namespace ohmcarlo
#endif
