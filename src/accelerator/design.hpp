#pragma once
// The weight layers of a network as an accelerator holds them, and how many cycles each takes.
//
// A layer, or every group of a convolution, which has arrays of its own, is cut into row tiles x column tiles. All
// groups take the inputs of a position at once. For every tile there is one array for each slice and each polarity:
// `planes`, each with cells and row drivers of its own. Converters belong to what is converted: each plane has a bank
// of them, with sample-and-holds and a shift-add, but where the difference of a pair is sensed, its two planes share
// one bank.

#include <cstdint>
#include <string>
#include <vector>

#include "accelerator/options.hpp"
#include "crossbar/options.hpp"
#include "crossbar/tiles.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

enum class LayerKind : std::uint8_t { dense, convolution, lstm };

/// What follows the sums of a layer, value by value, before the next weight layer.
enum class LayerActivation : std::uint8_t {
  none,
  rectifier,  ///< relu, abs
  table,      ///< sigmoid, tanh; always those of an LSTM's gates and cells
};

/// One weight layer on its arrays.
struct LayerDesign {
  std::string name;
  LayerKind kind = LayerKind::dense;
  LayerActivation activation = LayerActivation::none;
  Index inputs = 0, outputs = 0;  ///< of its matrix [outputs, inputs]; an LSTM's [x, h] and four gates
  Index groups = 1;               ///< of a convolution: of its outputs, each with arrays and inputs of its own
  Tiles tiles;                    ///< of one group
  Index array_cells = 0;          ///< rows times columns of an array as it is built, whatever the layer fills of it
  int reads = 1;                  ///< B: reads of one input vector, one a digit, at least 1
  int slices = 1;                 ///< stacks of cells that share a weight's bits
  int polarities = 1;             ///< stacks of cells that share a weight's sign: 2 for pairs
  bool difference = false;        ///< one bank of converters senses both polarities
  Index reference_columns = 0;    ///< that an array has and converts beside those of its outputs: 0 or 1
  Index vectors = 1;              ///< input vectors of one image, or of one frame: positions of a convolution
  Index hidden = 0;               ///< cells of an LSTM, else 0
  bool each_frame = true;         ///< of a sequence: meets every frame; false: once, behind the last frame
  double weight_bits = 0;         ///< bits of a weight, its sign included; 0: not quantised
  double input_bits = 0;          ///< bits of an input, its sign included

  /// Values of an input vector: those of all groups.
  [[nodiscard]] Index vector_inputs() const { return groups * inputs; }
  [[nodiscard]] Index row_tiles() const { return tiles.row_tiles(); }  ///< R
  /// Of all groups.
  [[nodiscard]] Index column_tiles() const { return groups * tiles.column_tiles(); }
  /// Arrays of one tile.
  [[nodiscard]] int planes() const { return slices * polarities; }
  /// Arrays of one tile that have converters of their own.
  [[nodiscard]] int banks() const { return difference ? slices : planes(); }
  /// Arrays of all tiles.
  [[nodiscard]] Index arrays() const { return row_tiles() * column_tiles() * planes(); }
  /// Arrays of all tiles that have converters of their own.
  [[nodiscard]] Index converted_arrays() const { return row_tiles() * column_tiles() * banks(); }
  /// Columns that the bank of an array of this column tile converts at every read.
  [[nodiscard]] Index columns(Index column_tile) const { return outputs_of(column_tile) + reference_columns; }
  /// Outputs of this column tile.
  [[nodiscard]] Index outputs_of(Index column_tile) const {
    return tiles.column_count(column_tile % tiles.column_tiles());
  }
  /// C: columns of the widest array.
  [[nodiscard]] Index most_columns() const { return columns(0); }
  /// Multiply-accumulates of one input vector.
  [[nodiscard]] double macs() const { return static_cast<double>(inputs) * static_cast<double>(outputs); }
};

/// The weight layers of a network whose weights are on `arrays`, in order. `reads`: how often each layer reads an input
/// vector, where calibration has decided on the code of inputs; empty: as `arrays` says, where a code still to be
/// decided counts as unsigned, which has the most reads. Throws std::logic_error for a layer without converters.
[[nodiscard]] std::vector<LayerDesign> designs_of(const NetworkSpec& network, const ArrayOptions& arrays,
                                                  const std::vector<int>& reads = {});

/// Cycles of one layer. Nothing of it depends on weights or data.
struct LayerTiming {
  Index input = 0;         ///< I = ceil(vector_inputs / in_width): the bus brings one
  Index read = 0;          ///< X = ceil(read_time clock): the cells are read once
  Index conversion = 0;    ///< M = ceil(C / converters): the columns of the widest array are converted
  Index stage = 0;         ///< Q = max(X, M): from one read of a vector to the next
  Index tree = 0;          ///< ceil(log2 R): levels of the adder tree over row tiles
  Index output = 0;        ///< O = ceil(outputs / out_width): the bus takes the sums away
  Index element_wise = 0;  ///< E = 3 ceil(hidden / units) + 2 of an LSTM, else 0
  Index latency = 0;       ///< T = I + X + (B - 1) Q + M + 1 + tree + O: from a vector's arrival to its last sum
  /// max(B Q, I, O, 3 ceil(hidden / units) of an LSTM): from one independent vector to the next.
  Index interval = 0;
  Index frame_latency = 0;   ///< of all vectors of one image or frame: T + E + (vectors - 1) interval
  Index frame_interval = 0;  ///< vectors interval: from one independent image or frame to the next
};

[[nodiscard]] LayerTiming timing_of(const LayerDesign& layer, const AcceleratorOptions& options);

/// Cycles of one inference: of one image, or of options.interleave sequences of `frames` frames that run in turn.
/// Images go through the layers one after the other. Layers of sequences overlap: each begins with a frame when the
/// layer before it has given that frame and it has taken the frame before, which takes frame_interval, or, in an LSTM,
/// frame_latency for the next step of the same sequence, which needs the cells of the last one. With L the latencies
/// and b the intervals of the layers that meet every frame, n sequences and v frames:
///   sum of all L + (v - 1) max(n b, L of LSTMs) + (n - 1) max(b of all)
[[nodiscard]] Index inference_cycles(const std::vector<LayerDesign>& layers, const AcceleratorOptions& options,
                                     Index frames);

}  // namespace ohmcarlo
