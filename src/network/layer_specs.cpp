#include "network/layer_specs.hpp"

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

LayerSpec same_shape(LayerKind kind, const std::string& name, Planes in) {
  if (in.channels < 1 || in.height < 1 || in.width < 1)
    fail_usage("layer {}: planes of {} x {} x {} (channels, height, width) are empty", name, in.channels, in.height,
               in.width);
  return {kind, name, in.features(), in.features(), in, in};
}

LayerSpec windowed(LayerKind kind, const std::string& name, Planes in, Index channels, Window window) {
  LayerSpec spec = same_shape(kind, name, in);
  if (window.size < 1 || window.stride < 1 || window.padding < 0)
    fail_usage("layer {}: a window of size {} with stride {} and padding {} (at least 1, 1 and 0)", name, window.size,
               window.stride, window.padding);
  spec.out = {channels, window.places(in.height), window.places(in.width)};
  if (spec.out.positions() < 1)
    fail_usage("layer {}: a window of size {} does not fit on {} x {} with padding {}", name, window.size, in.height,
               in.width, window.padding);
  spec.outputs = spec.out.features();
  spec.window = window;
  return spec;
}

LayerSpec pooling(LayerKind kind, const std::string& name, Planes in, Window window) {
  if (2 * window.padding > window.size)
    fail_usage("layer {}: padding {} for a window of size {} (at most half of it)", name, window.padding, window.size);
  return windowed(kind, name, in, in.channels, window);
}

}  // namespace

LayerSpec convolution(const std::string& name, Planes in, Index channels, Window window, Index groups, bool biased) {
  if (channels < 1) fail_usage("layer {}: {} channels out (at least 1)", name, channels);
  if (groups < 1 || in.channels % groups != 0 || channels % groups != 0)
    fail_usage("layer {}: {} groups for {} channels in and {} out (a divisor of both)", name, groups, in.channels,
               channels);
  LayerSpec spec = windowed(LayerKind::convolution, name, in, channels, window);
  spec.groups = groups;
  spec.biased = biased;
  return spec;
}

LayerSpec max_pooling(const std::string& name, Planes in, Window window) {
  return pooling(LayerKind::max_pooling, name, in, window);
}

LayerSpec average_pooling(const std::string& name, Planes in, Window window) {
  return pooling(LayerKind::average_pooling, name, in, window);
}

LayerSpec global_average_pooling(const std::string& name, Planes in) {
  LayerSpec spec = same_shape(LayerKind::global_average_pooling, name, in);
  spec.out = {in.channels, 1, 1};
  spec.outputs = in.channels;
  return spec;
}

LayerSpec adaptive_average_pooling(const std::string& name, Planes in, Index size) {
  if (size < 1) fail_usage("layer {}: {} x {} parts (at least 1 x 1)", name, size, size);
  LayerSpec spec = same_shape(LayerKind::adaptive_average_pooling, name, in);
  spec.out = {in.channels, size, size};
  spec.outputs = spec.out.features();
  return spec;
}

LayerSpec flatten(const std::string& name, Planes in) {
  LayerSpec spec = same_shape(LayerKind::flatten, name, in);
  spec.out = {};
  return spec;
}

LayerSpec dense(const std::string& name, Index inputs, Index outputs, bool biased) {
  if (inputs < 1 || outputs < 1) fail_usage("layer {}: {} inputs and {} outputs (at least 1)", name, inputs, outputs);
  LayerSpec spec{LayerKind::dense, name, inputs, outputs};
  spec.biased = biased;
  return spec;
}

LayerSpec batch_normalisation(const std::string& name, Planes in) {
  return same_shape(LayerKind::batch_normalisation, name, in);
}

LayerSpec dropout(const std::string& name, Planes in, double rate) {
  if (!(rate >= 0 && rate < 1)) fail_usage("layer {}: a share of {} to drop (0 or more, below 1)", name, rate);
  LayerSpec spec = same_shape(LayerKind::dropout, name, in);
  spec.rate = rate;
  return spec;
}

LayerSpec addition(const std::string& name, Planes in, std::size_t addend, double factor) {
  LayerSpec spec = same_shape(LayerKind::addition, name, in);
  spec.addend = addend;
  spec.factor = factor;
  return spec;
}

LayerSpec lstm(const std::string& name, Planes in, Index cells, int table_entries) {
  if (cells < 1) fail_usage("layer {}: {} cells (at least 1)", name, cells);
  LayerSpec spec = same_shape(LayerKind::lstm, name, in);
  spec.out = {cells, 1, 1};
  spec.outputs = cells;
  spec.table_entries = table_entries;
  return spec;
}

LayerSpec last_frame(const std::string& name, Planes in) {
  return same_shape(LayerKind::last, name, in);
}

LayerSpec activation(LayerKind kind, const std::string& name, Planes in) {
  require(kind == LayerKind::relu || kind == LayerKind::abs || kind == LayerKind::sigmoid || kind == LayerKind::tanh,
          "the kind of an activation is one");
  return same_shape(kind, name, in);
}

}  // namespace ohmcarlo
