#pragma once
// The panels of packed weights that hold some of the outputs. Internal to linalg.

#include <algorithm>

#include "linalg/packed_kernel.hpp"
#include "linalg/packed_weights.hpp"

namespace ohmcarlo {

/// Whole panels, zeros behind the last output included, as weights of a product of their own.
struct PanelRange {
  kernel::Panels panels;
  Index skipped;  ///< outputs of the first panel that come before those asked for
};

/// The fewest panels of `w` that hold `outputs`. Throws std::logic_error unless `w` has these outputs.
inline PanelRange panels_of(const PackedWeights& w, const OutputRange& outputs) {
  require(outputs.first >= 0 && outputs.count >= 0 && outputs.first + outputs.count <= w.outputs(),
          "a range of outputs lies inside its weights");
  const Index first = outputs.first / kernel::kPanel;
  const Index end = (outputs.first + outputs.count + kernel::kPanel - 1) / kernel::kPanel;
  return {
      {w.data() + first * kernel::kPanel * w.inputs(), w.inputs(), std::max<Index>(end - first, 0) * kernel::kPanel},
      outputs.first - first * kernel::kPanel};
}

}  // namespace ohmcarlo
