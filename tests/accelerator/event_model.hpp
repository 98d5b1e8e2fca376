#pragma once
// An accelerator event by event: every vector, read, conversion and bus cycle in turn, each begun when what it needs is
// there. Written from the words of src/accelerator/README.md, without the closed form.

#include <algorithm>
#include <map>
#include <vector>

#include "accelerator/design.hpp"

namespace ohmcarlo::event_model {

/// Cycles that moving `values` takes if at most `width` go at a time.
inline Index move_all(Index values, Index width) {
  Index cycles = 0;
  for (; values > 0; values -= width) ++cycles;
  return cycles;
}

/// One layer: when its parts are free again.
class Layer {
 public:
  Layer(const LayerDesign& design, const AcceleratorOptions& options) : design_(design), options_(options) {
    for (Index tiles = design.row_tiles(); tiles > 1; tiles = tiles / 2 + tiles % 2) ++tree_levels_;
  }

  /// The cycle in which all sums of a frame that arrives at `arrival` have left, of an LSTM in which its cells are new.
  Index take_frame(Index arrival) {
    Index done = 0;
    for (Index vector = 0; vector < design_.vectors; ++vector) done = take_vector(arrival);
    return done;
  }

 private:
  Index take_vector(Index arrival) {
    const Index loaded = std::max(bus_in_free_, arrival) + move_all(design_.groups * design_.inputs, options_.in_width);
    bus_in_free_ = loaded;
    Index sums = 0;
    for (int read = 0; read < design_.reads; ++read) {
      const Index start = std::max(loaded, cells_free_);
      // What was read is held only when the sums before it have been converted.
      const Index held = std::max(start + read_cycles(), converters_free_);
      cells_free_ = held;
      converters_free_ = sums = held + convert();
    }
    Index out = sums + 1 + tree_levels_;
    out = std::max(out, bus_out_free_) + move_all(design_.outputs, options_.out_width);
    bus_out_free_ = out;
    if (design_.kind != LayerKind::lstm) return out;
    Index busy = 0;
    for (Index cell = 0; cell < design_.hidden; cell += options_.units) busy += 3;
    const Index products = std::max(out, units_free_) + busy;
    units_free_ = products;
    return products + 2;  // the two look-ups in the pipeline
  }

  [[nodiscard]] Index read_cycles() const {
    Index cycles = 0;
    while (static_cast<double>(cycles) / options_.clock < options_.read_time * (1 - 1e-9)) ++cycles;
    return cycles;
  }

  /// Cycles until the slowest array has converted its columns, one a converter and cycle.
  [[nodiscard]] Index convert() const {
    Index slowest = 0;
    for (Index tile = 0; tile < design_.column_tiles(); ++tile)
      slowest = std::max(slowest, move_all(design_.columns(tile), options_.converters));
    return slowest;
  }

  const LayerDesign& design_;
  const AcceleratorOptions& options_;
  Index tree_levels_ = 0;
  Index bus_in_free_ = 0, cells_free_ = 0, converters_free_ = 0, bus_out_free_ = 0, units_free_ = 0;
};

/// The cycle in which the last output of a run is there.
inline Index run(const std::vector<LayerDesign>& designs, const AcceleratorOptions& options, Index frames) {
  std::vector<Layer> layers;
  for (const LayerDesign& design : designs) layers.emplace_back(design, options);
  std::map<std::pair<std::size_t, Index>, Index> state_of;  // by LSTM and sequence: when its cells are known
  Index end = 0;
  for (Index frame = 0; frame < frames; ++frame)
    for (Index sequence = 0; sequence < options.interleave; ++sequence) {
      Index there = 0;
      for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!designs[i].each_frame && frame + 1 < frames) continue;
        if (designs[i].kind == LayerKind::lstm) there = std::max(there, state_of[{i, sequence}]);
        there = layers[i].take_frame(there);
        if (designs[i].kind == LayerKind::lstm) state_of[{i, sequence}] = there;
      }
      end = std::max(end, there);
    }
  return end;
}

}  // namespace ohmcarlo::event_model
