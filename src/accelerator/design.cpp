#include "accelerator/design.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string_view>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

Index divide_up(Index a, Index b) {
  return (a + b - 1) / b;
}

/// A tile has as many inputs or outputs as asked for, or as there are.
Index tile_size(Index wanted, Index size) {
  return wanted == 0 ? size : std::min(wanted, size);
}

/// Whole cycles that `seconds` take, where a product that is whole but for rounding is taken as whole.
Index cycles_of(double seconds, double clock) {
  const double cycles = seconds * clock;
  return std::max<Index>(1, static_cast<Index>(std::ceil(cycles * (1 - 1e-12))));
}

LayerActivation activation_of(std::string_view kind) {
  static const std::set<std::string_view> kRectifiers = {"relu", "abs", "clip", "leaky_relu"};
  static const std::set<std::string_view> kTables = {"sigmoid",      "tanh",       "elu",  "selu",
                                                     "hard_sigmoid", "hard_swish", "gelu", "tanh_gelu",
                                                     "softplus",     "softsign",   "erf"};
  if (kRectifiers.contains(kind)) return LayerActivation::rectifier;
  return kTables.contains(kind) ? LayerActivation::table : LayerActivation::none;
}

/// The function of every value that the outputs of node `from` meet first on their way, before any weights.
LayerActivation activation_after(const NetworkSpec& network, std::size_t from) {
  for (std::size_t i = from + 1; i < network.layers.size(); ++i) {
    const Node& node = network.layers[i];
    if (std::ranges::find(node.inputs, from) == node.inputs.end()) continue;
    if (node.has_weights()) continue;
    const LayerActivation here = activation_of(node.operation->kind());
    return here != LayerActivation::none ? here : activation_after(network, i);
  }
  return LayerActivation::none;
}

LayerDesign design_of(const Node& node, const ArrayOptions& arrays) {
  require(arrays.adc.bits > 0 && arrays.dac.coding.bits > 0, "the layers of an accelerator have converters");
  const CellFormat& format = arrays.format;
  LayerDesign layer;
  layer.name = node.name;
  layer.inputs = node.weight_inputs();
  layer.outputs = node.weight_outputs();
  layer.groups = node.weight_groups();
  const Index outputs = layer.outputs / layer.groups;
  layer.tiles = {layer.inputs, outputs, tile_size(arrays.tile_rows, layer.inputs),
                 tile_size(arrays.tile_columns, outputs)};
  layer.array_cells = (arrays.tile_rows == 0 ? layer.inputs : arrays.tile_rows) *
                      ((arrays.tile_columns == 0 ? outputs : arrays.tile_columns) + (format.has_reference() ? 1 : 0));
  InputCoding coding = arrays.dac.coding;
  if (coding.encoding == InputEncoding::automatic) coding.encoding = InputEncoding::unsigned_;
  layer.reads = coding.reads();
  layer.slices = format.slices();
  layer.polarities = format.polarities();
  layer.difference = layer.polarities == 2 && arrays.adc.differential;
  layer.reference_columns = format.has_reference() ? 1 : 0;
  if (node.operation->is_recurrent()) {
    layer.kind = LayerKind::lstm;
    layer.hidden = node.out().features;
    layer.activation = LayerActivation::table;
  } else if (!node.operation->is_dense()) {
    layer.kind = LayerKind::convolution;
    layer.vectors = node.operation->weights().uses;
  }
  const bool sign_included = format.mapping == Mapping::mid_point || format.mapping == Mapping::offset;
  layer.weight_bits = format.weight_bits == 0 ? 0 : format.weight_bits + (sign_included ? 0 : 1);
  layer.input_bits = coding.bits;
  return layer;
}

}  // namespace

std::vector<LayerDesign> designs_of(const NetworkSpec& network, const ArrayOptions& arrays,
                                    const std::vector<int>& reads) {
  std::vector<LayerDesign> layers;
  const std::size_t count = network.weight_layers().size();
  bool each_frame = true;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Node& node = network.layers[i];
    each_frame = each_frame && !node.operation->gives_one_row_a_sequence();
    if (!node.has_weights()) continue;
    LayerDesign layer = design_of(node, options_of_layer(arrays, layers.size(), count));
    if (!reads.empty()) layer.reads = reads.at(layers.size());
    if (layer.kind != LayerKind::lstm) layer.activation = activation_after(network, i);
    layer.each_frame = each_frame;
    layers.push_back(std::move(layer));
  }
  return layers;
}

LayerTiming timing_of(const LayerDesign& layer, const AcceleratorOptions& options) {
  LayerTiming time;
  time.input = divide_up(layer.vector_inputs(), options.in_width);
  time.read = cycles_of(options.read_time, options.clock);
  time.conversion = divide_up(layer.most_columns(), options.converters);
  time.stage = std::max(time.read, time.conversion);
  time.tree = static_cast<Index>(std::bit_width(static_cast<std::uint64_t>(layer.row_tiles() - 1)));
  time.output = divide_up(layer.outputs, options.out_width);
  const Index products = 3 * divide_up(layer.hidden, options.units);  // 0 but for an LSTM
  if (layer.kind == LayerKind::lstm) time.element_wise = products + 2;
  time.latency =
      time.input + time.read + (layer.reads - 1) * time.stage + time.conversion + 1 + time.tree + time.output;
  time.interval = std::max({layer.reads * time.stage, time.input, time.output, products});
  time.frame_latency = time.latency + time.element_wise + (layer.vectors - 1) * time.interval;
  time.frame_interval = layer.vectors * time.interval;
  return time;
}

Index inference_cycles(const std::vector<LayerDesign>& layers, const AcceleratorOptions& options, Index frames) {
  Index latencies = 0, step = 0, longest_interval = 0;
  for (const LayerDesign& layer : layers) {
    const LayerTiming time = timing_of(layer, options);
    latencies += time.frame_latency;
    longest_interval = std::max(longest_interval, time.frame_interval);
    if (!layer.each_frame) continue;
    step = std::max(step, options.interleave * time.frame_interval);
    if (layer.kind == LayerKind::lstm) step = std::max(step, time.frame_latency);
  }
  return latencies + (frames - 1) * step + (options.interleave - 1) * longest_interval;
}

}  // namespace ohmcarlo
