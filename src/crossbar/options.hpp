#pragma once
// Everything that says how a layer's weights sit on arrays and how these are read.

#include <cstdint>
#include <vector>

#include "crossbar/mapping.hpp"
#include "crossbar/wires.hpp"
#include "device/programming.hpp"
#include "device/sd_law.hpp"
#include "periphery/adc.hpp"
#include "periphery/dac.hpp"

namespace ohmcarlo {

/// Where the ends of a converter's range come from.
enum class RangeKind : std::uint8_t {
  calibrated,  ///< the largest |current| that calibration inputs cause on ideal cells
  maximum,     ///< what all rows of the array, fully on, would cause
  given,       ///< low and high
  trained,     ///< by the scale that training has found for each layer, from 0 on where sums cannot be negative
  widened,     ///< calibrated, and at least as wide as by the scale that training has found so far
};

/// What shares one range.
enum class Granularity : std::uint8_t { layer, array, column };

struct AdcOptions {
  int bits = 0;  ///< 1..24; 0: no converter, sums are exact
  RangeKind range = RangeKind::calibrated;
  double low = 0, high = 1;  ///< `given`: in currents of one cell fully on, at the largest applied input
  double percentile = 100;   ///< `calibrated`: of the |currents|, above 0 and at most 100
  bool positive = false;     ///< `widened`: the largest current counts, not the largest |current|
  Granularity granularity = Granularity::layer;
  /// A pair is converted as one difference, or each of its columns alone. Offset columns are always alone.
  bool differential = true;
  AdcNoise noise;
};

struct DacOptions {
  InputCoding coding;     ///< its encoding may be `automatic`
  double full_scale = 0;  ///< above 0; 0: the largest |input| of the calibration
};

/// How the noise of a read is drawn: for every cell, or once for the sum of a column, which has the same law where the
/// noise is additive, Gaussian, independent and the column sum linear in it (no wires).
enum class ReadForm : std::uint8_t { cells, columns };

struct ArrayOptions {
  CellFormat format;
  Index tile_rows = 0;     ///< inputs of one array; 0: as many as the layer has
  Index tile_columns = 0;  ///< outputs of one array; 0: as many as the layer has
  CellModel cells;         ///< its range.top is format.top()
  SdLaw read_noise;
  ReadForm read_form = ReadForm::columns;
  DacOptions dac;
  AdcOptions adc;
  WireOptions wires;
  /// Weight layers whose inputs are applied as they are and whose sums are exact: from 1 on, or back from the last, -1.
  std::vector<std::int64_t> ideal_layers;

  /// Whether each column is converted alone and partners are subtracted as numbers. What g_min conducts is then part of
  /// what a converter sees.
  [[nodiscard]] bool single_ended() const {
    return format.has_reference() || (format.polarities() == 2 && !adc.differential);
  }
  /// Whether defective cells vary at every read: only for pairs of one cell each, without wires, and with read noise
  /// that does not depend on conductances.
  [[nodiscard]] bool redrawn() const { return cells.defects && cells.defects->redrawn; }
};

/// The arrays of weight layer `layer` (counted from 0) of a network with `layers` of them: `options`, without
/// converters and their noise if it is one of its ideal layers.
[[nodiscard]] ArrayOptions options_of_layer(const ArrayOptions& options, std::size_t layer, std::size_t layers);

}  // namespace ohmcarlo
