#pragma once
// The chain of one layer once more, from its documentation: slow, in double, one cell after another. What the chain of
// the product computes in batches, with tables and by kernels must come to the same.

#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// What reading some inputs must give.
struct ReferenceRead {
  Matrix<double> y;      ///< [n, outputs]
  Matrix<double> slack;  ///< how far float rounding may move y: 0 where only whole numbers and clear decisions matter
  Matrix<double> size;   ///< sum of |terms| of y, for the rounding of double
  double conversions = 0, saturated = 0;
  double undecided = 0;            ///< conversions of sums that lie within rounding of a decision level
  double saturated_undecided = 0;  ///< of these, the ones that may be counted as clipped or not
};

/// The noise-free sum of one column over the rows of one array.
struct ReferenceSum {
  double value = 0;
  double size = 0;    ///< sum of |terms|
  bool whole = true;  ///< all terms are whole numbers

  void add(double term);
  /// Bound of the rounding of such a sum in float.
  [[nodiscard]] double error(Index rows) const;
};

/// Cells on all lines of one converter at one read of one array, counted one by one. A row that is partly on counts in
/// part, and of an active cell that part conducts at which its level, as programmed, stands between g_min and g_max.
struct ReferenceCells {
  double active = 0, conducting = 0;
  double size = 0;        ///< sum of |terms| of `conducting` and of what g_min conducts where a converter sees it
  bool reversed = false;  ///< whether any row has a negative digit

  /// Bound of the rounding of `conducting`, if it is taken from a sum in float.
  [[nodiscard]] double error(Index rows) const { return (static_cast<double>(rows + 16) * 1.2e-7 + 1e-6) * size; }
};

class ReferenceChain {
 public:
  ReferenceChain(const ArrayOptions& options, View<const float> weights);

  /// The target of a cell, in steps; of the reference column where the mapping has one and `negative`.
  [[nodiscard]] double target(int slice, bool negative, Index output, Index input) const;
  /// Takes the cells that a layer with planes realised, in place of the targets.
  void realise(const ArrayLayer& layer);

  /// Code and steps of a weight, quantised; the weight is code * unit.
  [[nodiscard]] double code(Index output, Index input) const { return codes_(output, input); }
  [[nodiscard]] double unit() const { return unit_; }

  /// Values that read number `read` applies of x: one digit of each code, with its sign.
  [[nodiscard]] std::vector<double> applied(const InputCoding& coding, const float* x, int read) const;
  [[nodiscard]] Index columns() const;
  [[nodiscard]] std::size_t granule(Index row_tile, Index column) const;
  [[nodiscard]] ReferenceSum sum(const std::vector<double>& applied, Index row_tile, int slice, Index column) const;
  /// `full_input` is the largest value that a read applies.
  [[nodiscard]] ReferenceCells count_cells(const std::vector<double>& applied, double full_input, Index row_tile,
                                           int slice, Index column) const;
  [[nodiscard]] ReferenceRead read(View<const float> x, const RowNames& rows, const LayerScales& scales,
                                   const ChipKey& chip) const;
  [[nodiscard]] Index row_tiles() const { return (inputs_ + tile_rows_ - 1) / tile_rows_; }
  [[nodiscard]] int slices() const { return slices_; }
  [[nodiscard]] bool single_ended() const;
  /// The current of a cell at g_min where a converter sees it, in steps.
  [[nodiscard]] double pedestal() const;

 private:
  [[nodiscard]] Index column_tiles() const { return (outputs_ + tile_columns_ - 1) / tile_columns_; }
  [[nodiscard]] bool pair() const;
  [[nodiscard]] bool offset() const { return options_.format.mapping == Mapping::offset; }
  /// One row of a column's cells: which plane, which column of it, and with which sign its currents count.
  struct Part {
    bool negative;
    Index index;
    double sign;
  };
  [[nodiscard]] std::vector<Part> parts(Index column, Index input) const;
  [[nodiscard]] double cell(int slice, bool negative, Index index, Index input) const;

  const ArrayOptions& options_;
  Index inputs_, outputs_, tile_rows_, tile_columns_;
  int slices_;
  Matrix<double> codes_;
  double unit_ = 1;
  std::vector<Matrix<float>> realised_[2];
};

}  // namespace ohmcarlo
