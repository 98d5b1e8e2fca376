#pragma once
// Last stage of a read: shift-and-add over reads and slices, the sum over row tiles, and the outputs that follow.

#include <span>

#include "crossbar/converter_codes.hpp"
#include "periphery/dac.hpp"

namespace ohmcarlo {

/// Sums of a batch of inputs in conductance levels times input codes.
class Accumulation {
 public:
  /// For `rows` inputs of a group with this coding. The layer must outlive this.
  Accumulation(const ArrayLayer& layer, Index group, const InputCoding& coding, Index rows);

  /// All sums are 0 again.
  void clear() { total_.setZero(); }

  /// What a code of this read and slice counts for.
  [[nodiscard]] double weight(int read, int slice) const {
    return coding_.read_weight(read) * layer_.options().format.slice_weight(slice);
  }
  /// Adds `weight` times the sums [columns()] of input r, which no converter sees.
  void add_sums(Index r, std::span<const float> sums, double weight);
  /// Adds what the codes of all reads and slices of a row tile stand for, for the first `rows` inputs.
  void add_codes(const ConverterCodes& tile, Index rows);
  /// The same for input r alone: `codes` [columns()] of its reads and slices, each times weight() and added up, of
  /// converters with these least significant bits and values of code 0, [columns()].
  void add_codes(Index r, std::span<const double> codes, const Vector<double>& lsb, const Vector<double>& zero);

  /// y [n, outputs of the group], n at most the rows: differences of pairs or to the reference, less what shifted input
  /// codes add, in units of inputs times weights.
  void write_outputs(View<float> y) const;

 private:
  const ArrayLayer& layer_;
  Index first_output_;  ///< of the group
  InputCoding coding_;
  double weights_ = 0;    ///< sum of weight() over all reads and slices
  Matrix<double> total_;  ///< [rows, columns()]
};

}  // namespace ohmcarlo
