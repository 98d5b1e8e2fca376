#pragma once
// Writes of in-situ training to the cells of one layer of a chip.

#include <cstdint>
#include <vector>

#include "crossbar/array_layer.hpp"
#include "deployment/options.hpp"

namespace ohmcarlo {

/// What is written where a change of `wished` (part of g_max - g_min) is wanted; 0: no write.
[[nodiscard]] float written_change(const InSituOptions& options, float wished);

class CellWriter {
 public:
  /// Finds out which cells of the chip that `layer` was programmed as ignore writes, and which vary. `options` must
  /// outlive this.
  CellWriter(const ArrayLayer& layer, const ChipKey& chip, const InSituOptions& options);

  /// Moves weights by -learning_rate times their gradient [outputs, inputs], half of it on each cell of a pair and
  /// within g_min .. g_max; stuck cells stay. Returns the writes made: those to stuck cells, too, since nobody knows
  /// them.
  std::uint64_t write(ArrayLayer& layer, const Matrix<float>& gradient, std::uint64_t update) const;

 private:
  std::uint64_t write_plane(const Matrix<float>& wished, bool negative, float top, std::uint64_t update,
                            Matrix<float>& steps) const;

  const InSituOptions* options_;
  ChipKey chip_;
  std::vector<std::uint8_t> kinds_[2];  ///< of positive and negative cells, output * inputs + input; empty: all free
};

}  // namespace ohmcarlo
