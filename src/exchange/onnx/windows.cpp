// Conv, MaxPool and AveragePool.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

/// Numbers of an attribute, `count` of them, each from 0 to kMostExtent.
Sizes extents(const OnnxNode& node, const char* what, const Sizes& numbers, std::size_t count) {
  if (numbers.size() != count ||
      std::ranges::any_of(numbers, [](Index number) { return number < 0 || number > kMostExtent; }))
    node.refuse("{} is [{}] (allowed: {} numbers up to {})", what, fmt::join(numbers, ", "), count, kMostExtent);
  return numbers;
}

Pair pair_of(const OnnxNode& node, const char* what, const Sizes& numbers) {
  const Sizes two = extents(node, what, numbers, 2);
  return {two[0], two[1]};
}

/// Cells added before and behind, of which there must be as many on either side.
Pair padding_of(OnnxNode& node, const Planes& in, const Pair& size, const Pair& stride) {
  const std::string automatic = node.text("auto_pad", "NOTSET");
  Sizes pads = node.integers("pads", {0, 0, 0, 0});  // top, left, bottom, right
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    const auto missing = [](Index length, Index along, Index step) {
      return std::max<Index>(0, ((length - 1) / step) * step + along - length);
    };
    const Index down = missing(in.height, size.rows, stride.rows);
    const Index across = missing(in.width, size.columns, stride.columns);
    pads = {down / 2, across / 2, down - down / 2, across - across / 2};
  } else if (automatic != "NOTSET" && automatic != "VALID") {
    node.refuse("auto_pad is '{}'", printable(automatic));
  }
  (void)extents(node, "pads", pads, 4);
  if (pads[0] != pads[2] || pads[1] != pads[3])
    node.refuse("pads is [{}] (allowed: as much before as behind)", fmt::join(pads, ", "));
  return {pads[0], pads[1]};
}

Window read_window(OnnxNode& node, const Planes& in, const Sizes& size) {
  Window window;
  window.size = pair_of(node, "the size of the window", size);
  window.stride = pair_of(node, "strides", node.integers("strides", {1, 1}));
  if (window.size.smaller() < 1 || window.stride.smaller() < 1) node.refuse("its window or its stride is 0");
  if (!(pair_of(node, "dilations", node.integers("dilations", {1, 1})) == 1))
    node.refuse("dilations other than 1 are not supported");
  window.padding = padding_of(node, in, window.size, window.stride);
  return window;
}

}  // namespace

void convert_convolution(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  graph.require_rank(node, from, 3);
  const Planes in = planes_of(from.shape);
  const OnnxTensor kernels = graph.floats(node, 1);
  const Sizes& k = kernels.shape;
  if (k.size() != 4 || product_of(k) == 0 || k[0] > kMostExtent)
    node.refuse("its input 2 is of the shape [{}] (allowed: [channels out, channels in, rows, columns])",
                fmt::join(k, ", "));
  const Index groups = node.integer("group", 1);
  const Sizes size = node.integers("kernel_shape", {k[2], k[3]});
  if (size != Sizes{k[2], k[3]})
    node.refuse("kernel_shape is [{}], but the weights have [{}, {}]", fmt::join(size, ", "), k[2], k[3]);
  const Window window = read_window(node, in, size);
  const bool biased = !node.input(2).empty();
  const std::size_t number = graph.push_and_give(
      node, from, [&] { return convolution(graph.next_name("conv"), in, k[0], window, groups, biased); });
  const Index columns = graph.layer(number).weight_inputs();
  if (k[1] * k[2] * k[3] != columns)
    node.refuse("its weights are for {} channels, but there are {} in each of {} groups", k[1], in.channels / groups,
                groups);
  Vector<float> bias = Vector<float>::Zero(k[0]);
  if (biased) bias = graph.vector(node, 2, k[0]);
  graph.keep_product(node, Eigen::Map<const Matrix<float>>(kernels.values.data(), k[0], columns), std::move(bias));
}

void convert_pooling(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  graph.require_rank(node, from, 3);
  const Planes in = planes_of(from.shape);
  const bool largest = node.op() == "MaxPool";
  const Window window = read_window(node, in, node.integers("kernel_shape", {}));
  // Where the last place of the window is at the very edge, rounding up changes nothing.
  const auto fits = [](const WindowAxis& axis, Index length) {
    return (length + 2 * axis.padding - axis.size) % axis.stride == 0;
  };
  if (node.integer("ceil_mode", 0) != 0 && !(fits(window.down(), in.height) && fits(window.across(), in.width)))
    node.refuse("ceil_mode is 1, and a window goes over the edge, which is not supported");
  if (largest) {
    (void)node.integer("storage_order", 0);  // of the second output
  } else if (node.integer("count_include_pad", 0) == 0 && !(window.padding == 0)) {
    node.refuse("its padding does not count in the mean (allowed: count_include_pad = 1, or no padding)");
  }
  graph.push_and_give(node, from, [&] {
    return largest ? max_pooling(graph.next_name("pool"), in, window)
                   : average_pooling(graph.next_name("pool"), in, window);
  });
}

}  // namespace ohmcarlo::onnx_operators
