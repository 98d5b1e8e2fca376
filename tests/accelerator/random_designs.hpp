#pragma once
// Accelerators and layers drawn at random, from a fixed seed.

#include <random>

#include "accelerator/design.hpp"

namespace ohmcarlo {

class RandomDesigns {
 public:
  explicit RandomDesigns(std::uint32_t seed) : generator_(seed) {}

  Index whole(Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(generator_); }
  bool one_in(Index n) { return whole(1, n) == 1; }

  AcceleratorOptions options() {
    AcceleratorOptions options;
    options.converters = whole(1, 20);
    options.arrays_per_element = whole(1, 8);
    options.in_width = whole(1, 64);
    options.out_width = whole(1, 64);
    options.units = whole(1, 40);
    options.clock = static_cast<double>(whole(50, 2000)) * 1e6;
    options.read_time = static_cast<double>(whole(1, 100)) * 1e-9;
    options.interleave = one_in(2) ? whole(1, 4) : 1;
    options.components = component_tables()[one_in(2) ? 0 : 1].table;
    options.idle = static_cast<IdleAccounting>(whole(0, 2));
    return options;
  }

  LayerDesign layer() {
    LayerDesign layer;
    layer.kind = static_cast<LayerKind>(whole(0, 2));
    layer.inputs = whole(1, 200);
    layer.outputs = whole(1, 150);
    layer.tiles = {layer.inputs, layer.outputs, whole(1, layer.inputs), whole(1, layer.outputs)};
    layer.reads = static_cast<int>(whole(1, 9));
    layer.slices = static_cast<int>(whole(1, 4));
    layer.polarities = static_cast<int>(whole(1, 2));
    layer.difference = layer.polarities == 2 && one_in(2);
    layer.reference_columns = layer.polarities == 1 && one_in(3) ? 1 : 0;
    if (layer.kind == LayerKind::convolution) {
      layer.vectors = whole(1, 9);
      layer.groups = one_in(2) ? whole(2, 6) : 1;
      layer.outputs *= layer.groups;
    }
    if (layer.kind == LayerKind::lstm) layer.hidden = whole(1, 120);
    layer.activation = static_cast<LayerActivation>(whole(0, 2));
    layer.array_cells = layer.tiles.rows * layer.tiles.columns;
    return layer;
  }

  /// One to four layers; those behind the last frame, if any, hold no LSTM.
  std::vector<LayerDesign> network() {
    std::vector<LayerDesign> layers;
    const Index count = whole(1, 4), each_frame = one_in(2) ? count : whole(1, count);
    for (Index i = 0; i < count; ++i) {
      layers.push_back(layer());
      layers.back().each_frame = i < each_frame;
      if (i >= each_frame && layers.back().kind == LayerKind::lstm) layers.back().kind = LayerKind::dense;
      if (layers.back().kind != LayerKind::lstm) layers.back().hidden = 0;
    }
    return layers;
  }

 private:
  std::mt19937 generator_;
};

}  // namespace ohmcarlo
