#include "linalg/packed_weights.hpp"

#include <algorithm>

#include "linalg/packed_kernel.hpp"
#include "linalg/panel_range.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kInputsAtOnce = 256;

}  // namespace

PackedWeights::PackedWeights(Index outputs, Index inputs)
    : outputs_(outputs),
      inputs_(inputs),
      data_(Vector<float>::Zero((outputs + kPanel - 1) / kPanel * kPanel * inputs)) {}

PackedWeights::PackedWeights(View<const float> weights) : PackedWeights(weights.rows, weights.cols) {
  set(0, weights);
}

void PackedWeights::set(Index first_output, View<const float> weights) {
  require(weights.cols == inputs_ && first_output >= 0 && first_output + weights.rows <= outputs_,
          "weights fit into their packed matrix");
  // Some inputs of all rows, then the next ones: the part of a panel that is being written stays in the cache.
  for (Index input = 0; input < inputs_; input += kInputsAtOnce) {
    const Index count = std::min(kInputsAtOnce, inputs_ - input);
    for (Index row = 0; row < weights.rows;) {
      const Index lane = (first_output + row) % kPanel;
      float* to = data_.data() + (first_output + row - lane) * inputs_ + input * kPanel + lane;
      const float* from = weights.row(row) + input;
      if (lane + 4 <= kPanel && row + 4 <= weights.rows) {
        kernel::interleave_four(from, weights.stride, count, to);
        row += 4;
      } else {
        for (Index i = 0; i < count; ++i) to[i * kPanel] = from[i];
        row += 1;
      }
    }
  }
}

void multiply(View<const float> x, const PackedWeights& w, View<float> out) {
  require(x.cols == w.inputs() && out.rows == x.rows && out.cols == w.outputs(), "the sizes of a packed product agree");
  const kernel::Panels panels{w.data(), w.inputs(), w.outputs()};
  const kernel::Rows rows{out.data, out.stride, 0, x.rows};
  kernel::multiply_dense({x.data, x.stride, x.rows}, panels, rows);
}

View<float> multiply_outputs(View<const float> x, const PackedWeights& w, const OutputRange& outputs,
                             Matrix<float>& buffer) {
  require(x.cols == w.inputs(), "the sizes of a packed product agree");
  const PanelRange range = panels_of(w, outputs);
  buffer.resize(x.rows, range.panels.outputs);
  kernel::multiply_dense({x.data, x.stride, x.rows}, range.panels, {buffer.data(), buffer.cols(), 0, x.rows});
  return View(buffer).block(0, range.skipped, x.rows, outputs.count);
}

}  // namespace ohmcarlo
