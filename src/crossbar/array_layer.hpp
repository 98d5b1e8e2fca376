#pragma once
// One layer's weights on the arrays of one chip: programming, reading, reading back.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "crossbar/options.hpp"
#include "crossbar/redrawn.hpp"
#include "crossbar/tiles.hpp"
#include "periphery/quantiser.hpp"

namespace ohmcarlo {

/// Names the rows of a batch, so that the noise of an image does not depend on its batch: row r is position
/// first_position + r % positions (of a convolution, or the time step) of image images[r / positions].
struct RowNames {
  std::span<const std::uint32_t> images;  ///< numbers in the data set, below 2^20
  Index positions = 1;                    ///< at most 2^16
  Index first_position = 0;
};

/// The event of an Address: image, position and read (input digit, below 16) packed into 40 bits. Throws Error
/// (bad_usage) beyond the ranges.
[[nodiscard]] std::uint64_t read_event(std::uint32_t image, Index position, int read);

/// Whose noise: everything of an Address that does not change between reads.
struct ChipKey {
  std::uint64_t key = 0;
  Address address;  ///< replica, trial and layer
};

/// What is decided about one layer before any chip is programmed.
struct LayerScales {
  InputCoding coding;                 ///< never `automatic`
  std::vector<Quantiser> quantisers;  ///< one for each granule(); empty without a converter
};

/// Conversions made, and those that the range clipped.
struct ConversionCounts {
  double conversions = 0;
  double saturated = 0;
};

/// Is shown the sums of all columns, [width()], that a read of one row of x has left at the converters of one row tile,
/// noise included.
using ReadTrace = std::function<void(Index row, Index row_tile, int read, std::span<const float> sums)>;

class ArrayLayer {
 public:
  /// Maps `weights` [outputs, inputs], which must be finite, onto cells without errors. `options` must outlive this.
  /// Planes are kept if reading needs them, or if asked for.
  /// Throws std::logic_error for wires where signs are digital, or where reference columns are read with noise.
  ArrayLayer(const ArrayOptions& options, View<const float> weights, bool keep_planes = false);

  /// Writes all cells, with the errors that the chip's address gives.
  ProgramReport program(const ChipKey& chip);

  /// Lets `write` change the realised steps [inputs, outputs] of both cells of every weight, as writes to single cells
  /// do. For pairs of one cell each (CellFormat::slices() 1, no wires) whose planes are kept.
  void rewrite(const std::function<void(Matrix<float>& positive, Matrix<float>& negative)>& write);

  /// y [n, outputs] = x [n, inputs] times the weights, as the arrays compute it. Every row gets what it would get
  /// alone.
  void read(View<const float> x, const RowNames& rows, const LayerScales& scales, const ChipKey& chip, View<float> y,
            ConversionCounts* counts = nullptr, const ReadTrace& trace = {}) const;

  /// The weights [outputs, inputs] that the cells hold, wires included; cells that vary at every read as their targets.
  [[nodiscard]] Matrix<float> read_back() const;

  /// What the converters of one row tile see, without any noise: sums [n, width()] of `applied` [n, inputs].
  void column_sums(View<const float> applied, Index row_tile, View<float> sums) const;

  [[nodiscard]] const ArrayOptions& options() const { return *options_; }
  [[nodiscard]] const Tiles& tiles() const { return tiles_; }
  [[nodiscard]] const WeightCodes& codes() const { return codes_; }
  /// Columns that are converted: those of one slice (outputs first, then their partners if these are converted alone),
  /// and of all slices side by side.
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index width() const { return columns_ * options_->format.slices(); }
  /// What one step of a stack stands for, in units of the weights.
  [[nodiscard]] double weight_unit() const { return codes_.unit / options_->format.steps_per_code(); }
  /// Whether each column is converted alone and partners are subtracted as numbers. What g_min conducts is then part of
  /// what a converter sees.
  [[nodiscard]] bool single_ended() const;
  /// Largest |sum| of an array with this many rows, if the largest applied input is `applied`.
  [[nodiscard]] double full_scale(Index rows, double applied) const;
  /// Number of the quantiser of a column (of columns()) of a row tile, and how many there are.
  [[nodiscard]] std::size_t granule(Index row_tile, Index column) const;
  [[nodiscard]] std::size_t granules() const;

  /// The realised steps [outputs, inputs] of one slice and polarity, if planes are kept; for Mapping::offset the
  /// negative one is that of the reference columns [column tiles, inputs].
  [[nodiscard]] Matrix<float> plane(int slice, bool negative) const;
  /// The same as [outputs, inputs] of all planes but reference columns.
  [[nodiscard]] PlaneShape plane_shape() const;

 private:
  /// Steps of the stacks' cells of one slice, [inputs, outputs] each (reference columns: [inputs, column tiles]).
  struct SlicePlanes {
    Matrix<float> positive;
    Matrix<float> negative;  ///< empty without a partner
  };
  class Reading;

  [[nodiscard]] Matrix<float> targets(int slice, bool negative) const;
  [[nodiscard]] bool has_partner() const {
    return options_->format.polarities() == 2 || options_->format.has_reference();
  }
  /// Where the sums of a slice's positive and negative plane start.
  [[nodiscard]] Index first_column(int slice, bool negative) const {
    return slice * columns_ + (negative && single_ended() ? tiles_.outputs : 0);
  }
  [[nodiscard]] float pedestal() const;
  [[nodiscard]] Index partner(Index output) const;
  void place(int slice, SlicePlanes planes);
  void place_wired(int slice, const SlicePlanes& planes);

  const ArrayOptions* options_;
  bool keep_planes_;
  Tiles tiles_;
  WeightCodes codes_;
  Vector<double> code_sums_;  ///< [outputs]: of clean codes over inputs, for shifted input codes
  Index columns_ = 0;
  Matrix<float> cells_;      ///< [inputs, width]: what a column sums
  Matrix<float> variances_;  ///< [inputs, width]: of the read noise, for ReadForm::columns, unless constant
  std::vector<SlicePlanes> planes_;
  RedrawnCells redrawn_, redrawn_negative_;  ///< of the chip that was programmed, if cells vary at every read
};

}  // namespace ohmcarlo
