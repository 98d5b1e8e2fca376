#pragma once
// Second stage of a read: what one read of one row tile leaves at the inputs of the converters, noise included.

#include <span>
#include <vector>

#include "crossbar/array_layer.hpp"
#include "crossbar/input_codes.hpp"

namespace ohmcarlo {

/// The column sums of one batch of inputs, read after read.
class AnalogSums {
 public:
  /// Of the inputs in `codes` on the chip that `layer` was programmed as. Noise is that of `chip`, `rows` name all rows
  /// of the batches to come. All must outlive this. With `dense`, sums are made by dense products even where digits are
  /// bits.
  AnalogSums(const ArrayLayer& layer, InputCodes& codes, const RowNames& rows, const ChipKey& chip, bool dense);

  /// Inputs to be read together. No row feels the others: the number changes the speed only.
  [[nodiscard]] static Index rows_together(const ArrayLayer& layer, const InputCoding& coding, bool dense);

  /// Makes read number `read` of row tile `row_tile`, for the batch that `codes` hold: its first row is row `first` of
  /// all rows. Reads of a tile are made in order, from 0 on.
  void read_tile(Index first, Index row_tile, int read);

  /// The sums of all columns [width()] for row r of the batch, with all noise. To be called once a read and row.
  [[nodiscard]] std::span<float> take_row(Index r);

 private:
  [[nodiscard]] bool all_reads_at_once() const { return binary_ && !cells_form_; }
  /// Row r of this read in sums_ and variances_.
  [[nodiscard]] Index place(Index r) const { return all_reads_at_once() ? r * codes_.coding().reads() + read_ : r; }
  void sum_bits();
  void sum_digits();
  /// sums = inputs [rows, word lines of the tile] times the tile's part of levels [inputs, width].
  void sum_products(const Matrix<float>& inputs, const Matrix<float>& levels, Matrix<float>& sums) const;
  /// What cells that vary at every read add to the sums: the same for all digits of an input vector.
  void add_redrawn(const Matrix<float>& digits);

  const ArrayLayer& layer_;
  const ArrayOptions& options_;
  InputCodes& codes_;
  const RowNames& rows_;
  const ChipKey& chip_;
  bool binary_;      ///< whether digits are bits, whose sums are looked up
  bool cells_form_;  ///< whether noise is drawn for every cell
  Index first_ = 0, tile_ = 0;
  int read_ = 0;
  Matrix<float> sums_;       ///< [batch or batch * reads, width]
  Matrix<float> variances_;  ///< of the shape of sums_
  Matrix<float> conducted_;  ///< as sums_, but of all cells' currents, added without any signs
  std::vector<float> normals_;
  std::vector<float> digits_;
};

}  // namespace ohmcarlo
