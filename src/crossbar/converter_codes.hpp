#pragma once
// Third stage of a read: the converters behind the columns of one row tile, and the codes that they give.

#include <optional>
#include <span>

#include "crossbar/array_layer.hpp"
#include "crossbar/convert.hpp"

namespace ohmcarlo {

/// The codes of a batch of inputs, weighted and added up over the reads and slices of one row tile. For layers with
/// converters.
class ConverterCodes {
 public:
  /// For `rows` inputs of a group. Layer and scales must outlive this.
  ConverterCodes(const ArrayLayer& layer, Index group, const LayerScales& scales, Index rows);

  /// Takes the converters of this row tile; the codes of the first `rows` inputs are 0 again.
  void start_tile(Index row_tile, Index rows);

  /// Converts the sums [columns()] of one slice for input r, and adds `weight` times their codes.
  void convert(Index r, std::span<const float> sums, double weight);

  /// Codes of all columns so far, [rows, columns()].
  [[nodiscard]] const Matrix<double>& codes() const { return codes_; }
  /// Least significant bits of the columns' converters, and what their code 0 stands for.
  [[nodiscard]] const Vector<double>& lsb() const { return lsb_; }
  [[nodiscard]] const Vector<double>& zero() const { return zero_; }
  /// Of all row tiles.
  [[nodiscard]] const ConversionCounts& counts() const { return counts_; }

 private:
  const ArrayLayer& layer_;
  Index group_;
  const LayerScales& scales_;
  std::optional<Quantiser> one_;  ///< all columns share it
  std::optional<ColumnQuantisers> each_;
  Vector<double> lsb_, zero_;
  Matrix<double> codes_;
  ConversionCounts counts_;
};

}  // namespace ohmcarlo
