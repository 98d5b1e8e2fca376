#include "chip/polled_read.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

/// Images that are read between two polls, each with so many rows: work of about a tenth of a second or less where
/// noise is drawn for every cell, one image where a circuit is solved for each read.
Index images_at_once(const ArrayLayer& layer, const LayerScales& scales, Index positions) {
  const Index most = std::max<Index>(1, 128 / positions);  // 128 rows are what a layer multiplies together
  constexpr double kCellReads = 1e8;
  const ArrayOptions& options = layer.options();
  if (options.read_noise.zero() || options.read_form == ReadForm::columns) return most;
  if (!options.wires.ideal()) return 1;
  const double cells = static_cast<double>(layer.tiles().inputs * layer.tiles().outputs) * options.format.slices() *
                       options.format.polarities();
  return std::clamp(static_cast<Index>(kCellReads / (cells * scales.coding.reads() * static_cast<double>(positions))),
                    Index{1}, most);
}

}  // namespace

void read_polled(const ArrayLayer& layer, View<const float> x, const RowNames& rows, const LayerScales& scales,
                 const ChipKey& chip, View<float> y, ConversionCounts* counts, const Poll& poll) {
  const Index all = x.rows / rows.positions;
  const Index most = images_at_once(layer, scales, rows.positions);
  for (Index first = 0; first < all; first += most) {
    poll();
    const Index count = std::min(most, all - first);
    const RowNames part{rows.images.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
                        rows.positions, rows.first_position, rows.group};
    layer.read(x.middle_rows(first * rows.positions, count * rows.positions), part, scales, chip,
               y.middle_rows(first * rows.positions, count * rows.positions), counts);
  }
}

}  // namespace ohmcarlo
