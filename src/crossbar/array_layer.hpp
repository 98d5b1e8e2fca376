#pragma once
// One layer's weights on the arrays of one chip: programming, reading, reading back.
//
// The weights of a layer may fall into groups of outputs that have inputs of their own (WeightShape::groups). Every
// group has arrays of its own, which all groups read at the same time: their noise lies group after group in the stream
// of a read. Cells are programmed as those of one matrix, whatever the groups, with one scale of weights; what is
// reported, coded and calibrated for a layer is so for all its groups.

#include <functional>
#include <span>
#include <vector>

#include "crossbar/layer_scales.hpp"
#include "crossbar/options.hpp"
#include "crossbar/read_names.hpp"
#include "crossbar/redrawn.hpp"
#include "crossbar/tiles.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

/// Is shown the sums of all columns of the rows' group, [width()], that a read of one row of x has left at the
/// converters of one row tile, noise included.
using ReadTrace = std::function<void(Index row, Index row_tile, int read, std::span<const float> sums)>;

/// Stands in for the converters behind one row tile: replaces the sums of the group's columns, [width()], that a read
/// of one row of x has left there, noise included, by what it makes of them, in the same unit.
using SumConverter = std::function<void(Index row, Index row_tile, int read, std::span<float> sums)>;

class ArrayLayer {
 public:
  /// Maps `weights` [outputs, inputs], which must be finite, onto cells without errors: their outputs are `groups`
  /// groups of the same size, one after the other. Planes are kept if reading needs them, or if asked for.
  /// Throws std::logic_error for wires where signs are digital, or where reference columns are read with noise.
  ArrayLayer(const ArrayOptions& options, View<const float> weights, bool keep_planes = false, Index groups = 1);

  /// Writes all cells, with the errors that the chip has at this address: replica, trial and layer.
  ProgramReport program(const Lineage& chip, const Address& address);
  ProgramReport program(const ChipKey& chip) { return program(chip.key, chip.address); }

  /// Lets `write` change the realised levels [inputs, outputs] of both cells of every weight, as writes to single cells
  /// do. For pairs of one cell each (CellFormat::slices() 1, no wires) whose planes are kept.
  void rewrite(const std::function<void(Matrix<float>& positive, Matrix<float>& negative)>& write);

  /// y [n, outputs of a group] = x [n, inputs] times the weights of group rows.group, as its arrays compute it. Every
  /// row gets what it would get alone. With a `converter`, that one converts instead of the layer's own, for which
  /// `counts` stay as they are.
  void read(View<const float> x, const RowNames& rows, const LayerScales& scales, const ChipKey& chip, View<float> y,
            ConversionCounts* counts = nullptr, const ReadTrace& trace = {}, const SumConverter& converter = {}) const;

  /// The weights [outputs, inputs] that the cells hold, wires included; cells that vary at every read as their targets.
  [[nodiscard]] Matrix<float> read_back() const;

  /// What the converters of one row tile of a group see, without any noise: sums [n, width()] of `applied` [n, inputs].
  void column_sums(View<const float> applied, Index group, Index row_tile, View<float> sums) const;

  /// Another number whenever cells were written: who holds copies of what follows sees that they are old.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const ArrayOptions& options() const { return options_; }
  [[nodiscard]] Index groups() const { return groups_; }
  /// How the arrays of each group are cut.
  [[nodiscard]] const Tiles& tiles() const { return tiles_; }
  /// Of all groups.
  [[nodiscard]] Index outputs() const { return groups_ * tiles_.outputs; }
  [[nodiscard]] const WeightCodes& codes() const { return codes_; }
  /// Columns of a group that are converted: those of one slice (outputs first, then their partners if these are
  /// converted alone), and of all slices side by side.
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index width() const { return columns_ * options_.format.slices(); }
  /// What one level of a stack stands for, in units of the weights.
  [[nodiscard]] double weight_unit() const { return codes_.unit / options_.format.steps_per_code(); }
  [[nodiscard]] bool single_ended() const { return options_.single_ended(); }
  /// Largest |sum| of an array with this many rows, if the largest applied input is `applied`.
  [[nodiscard]] double full_scale(Index rows, double applied) const;
  /// Number of the quantiser of a column (of columns()) of a row tile of a group, and how many all groups have.
  [[nodiscard]] std::size_t granule(Index row_tile, Index column, Index group = 0) const;
  [[nodiscard]] std::size_t granules() const;

  /// Whether the levels of single cells are at hand (plane, cell_levels).
  [[nodiscard]] bool keeps_planes() const { return keep_planes_; }

  /// The realised levels [outputs, inputs] of one slice and polarity, if planes are kept; for Mapping::offset the
  /// negative one is that of the reference columns [groups * column tiles, inputs].
  [[nodiscard]] Matrix<float> plane(int slice, bool negative) const { return cell_levels(slice, negative).transpose(); }
  /// [outputs, inputs] of all planes but reference columns, cut into arrays.
  [[nodiscard]] PlaneShape plane_shape() const;

  // What reading needs to know of the arrays of one group; levels in the unit of CellRange.

  /// Levels that every bit line sums, [inputs, width()]: of pairs their differences, signs and wires included.
  [[nodiscard]] const Matrix<float>& column_levels(Index group = 0) const { return lines_of(group).levels; }
  /// Variances of the read noise of every bit line's cells, [inputs, width()]; empty unless noise is drawn for columns
  /// and depends on conductances.
  [[nodiscard]] const Matrix<float>& column_variances(Index group = 0) const { return lines_of(group).variances; }
  /// Levels of all cells whose currents enter a converter, added without their signs, as programmed and without the
  /// noise of a read: [inputs, width()], wires included. For pairs that are converted as a difference and digital signs
  /// if the converters' noise grows with cells; else empty, as no level counts negative in column_levels().
  [[nodiscard]] const Matrix<float>& conducting_levels(Index group = 0) const { return lines_of(group).conducting; }
  /// Realised levels of the cells of one slice and polarity of all groups, [inputs, outputs] (reference columns:
  /// [inputs, groups * column tiles]); empty without a partner. Throws std::logic_error unless planes are kept.
  [[nodiscard]] const Matrix<float>& cell_levels(int slice, bool negative) const;
  /// Those of one group.
  [[nodiscard]] View<const float> group_cells(int slice, bool negative, Index group) const;
  /// Cells of one polarity of all groups that vary at every read.
  [[nodiscard]] const RedrawnCells& redrawn_cells(bool negative) const {
    return negative ? redrawn_negative_ : redrawn_;
  }
  /// Sums [outputs] of clean codes over the inputs, for shifted input codes; of all groups.
  [[nodiscard]] const Vector<double>& code_sums() const { return code_sums_; }
  /// Whether a weight has a second stack, or an array a reference column.
  [[nodiscard]] bool has_partner() const {
    return options_.format.polarities() == 2 || options_.format.has_reference();
  }
  /// Lines of cells whose currents enter one converter: 2 where the difference of a pair is converted.
  [[nodiscard]] int lines() const { return options_.format.polarities() == 2 && !single_ended() ? 2 : 1; }
  /// Place among width() columns where the sums of a slice's positive and negative plane start.
  [[nodiscard]] Index first_column(int slice, bool negative) const {
    return slice * columns_ + (negative && single_ended() ? tiles_.outputs : 0);
  }
  /// Place among columns() of the column that is subtracted from that of an output of the group, if single_ended().
  [[nodiscard]] Index partner(Index output) const;
  /// What g_min adds to every level as converters see it; 0 where it cancels out.
  [[nodiscard]] float pedestal() const;

 private:
  /// Levels of the stacks' cells of one slice of all groups, [inputs, outputs] each (reference columns: [inputs, groups
  /// * column tiles]).
  struct SlicePlanes {
    Matrix<float> positive;
    Matrix<float> negative;  ///< empty without a partner
  };
  /// What reading needs of one group's bit lines, [inputs, width()] each.
  struct BitLines {
    Matrix<float> levels;
    Matrix<float> variances;
    Matrix<float> conducting;
  };

  [[nodiscard]] const BitLines& lines_of(Index group) const { return lines_[static_cast<std::size_t>(group)]; }
  /// What the cells of one slice and polarity should hold for `codes`, which may be of any shape; not of reference
  /// columns, whose targets are [groups * column tiles, inputs].
  [[nodiscard]] Matrix<float> targets(const Matrix<float>& codes, int slice, bool negative) const;
  [[nodiscard]] Matrix<float> reference_targets(int slice) const;
  void place(int slice, SlicePlanes planes);
  /// The cells of one group onto its bit lines: [inputs, its outputs], reference columns [inputs, column tiles].
  void place_group(int slice, Index group, View<const float> positive_cells, View<const float> negative_cells);
  void place_wired(int slice, View<const float> positive_cells, View<const float> negative_cells,
                   BitLines& lines) const;
  /// Whether conducting levels are kept.
  [[nodiscard]] bool counts_cells() const;

  ArrayOptions options_;
  bool keep_planes_;
  Index groups_;
  Tiles tiles_;
  WeightCodes codes_;
  Vector<double> code_sums_;
  Index columns_ = 0;
  std::uint64_t revision_ = 0;
  std::vector<BitLines> lines_;  ///< one a group
  std::vector<SlicePlanes> planes_;
  RedrawnCells redrawn_, redrawn_negative_;  ///< of the chip that was programmed last
};

}  // namespace ohmcarlo
