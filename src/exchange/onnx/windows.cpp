// Conv, MaxPool and AveragePool, of planes or of one axis, as a plane of one row.

#include <algorithm>
#include <limits>

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

/// A number for each of `axes` axes, the rows being 1 (or, of padding, 0) where there is only the other one.
Pair pair_of(const OnnxNode& node, const char* what, const Sizes& numbers, std::size_t axes) {
  const Sizes all = extents(node, what, numbers, axes);
  return axes == 1 ? Pair{1, all[0]} : Pair{all[0], all[1]};
}

/// Cells added before the first and behind the last.
struct Padding {
  Pair before, behind;
  [[nodiscard]] bool symmetric() const { return before == behind; }
};

Padding padding_of(OnnxNode& node, const Planes& in, const Window& window, std::size_t axes) {
  const std::string automatic = node.text("auto_pad", "NOTSET");
  Sizes pads = node.integers("pads", Sizes(2 * axes, 0));  // before (down, across), behind
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    const auto missing = [](Index length, const WindowAxis& axis) {
      return std::max<Index>(0, ((length - 1) / axis.stride) * axis.stride + axis.size - length);
    };
    const Index down = missing(in.height, window.down()), across = missing(in.width, window.across());
    Pair less{down / 2, across / 2}, more{down - down / 2, across - across / 2};
    if (automatic == "SAME_LOWER") std::swap(less, more);
    return {less, more};
  }
  if (automatic != "NOTSET" && automatic != "VALID") node.refuse("auto_pad is '{}'", printable(automatic));
  (void)extents(node, "pads", pads, 2 * axes);
  if (axes == 1) pads = {0, pads[0], 0, pads[1]};
  return {{pads[0], pads[1]}, {pads[2], pads[3]}};
}

/// Values with cells added around every plane, of the number `fill`.
OnnxValue padded(OnnxGraph& graph, const OnnxNode& node, const OnnxValue& from, const Padding& padding, double fill) {
  const Planes in = planes_of(from.shape);
  const Planes out{in.channels, in.height + padding.before.rows + padding.behind.rows,
                   in.width + padding.before.columns + padding.behind.columns};
  if (product_of({out.channels, out.height, out.width}) > kMostFeatures)
    node.refuse("it gives more than {} features", kMostFeatures);
  std::vector<Index> sources;
  for (Index channel = 0; channel < out.channels; ++channel)
    for (Index i = 0; i < out.height; ++i)
      for (Index j = 0; j < out.width; ++j) {
        const Index row = i - padding.before.rows, column = j - padding.before.columns;
        const bool inside = row >= 0 && row < in.height && column >= 0 && column < in.width;
        sources.push_back(inside ? (channel * in.height + row) * in.width + column : -1);
      }
  const std::size_t layer =
      graph.push(node, from, [&] { return rearrangement(graph.next_name("pad"), in, out, std::move(sources), fill); });
  return {layer, from.shape.size() == 2 ? Sizes{out.channels, out.width} : Sizes{out.channels, out.height, out.width}};
}

/// The window of a node over `from`, which is padded first, with `fill`, where a window here cannot.
Window read_window(OnnxGraph& graph, OnnxNode& node, OnnxValue& from, const Sizes& size, double fill) {
  const std::size_t axes = from.shape.size() - 1;
  const Sizes ones(axes, 1);
  Window window;
  window.size = pair_of(node, "the size of the window", size, axes);
  window.stride = pair_of(node, "strides", node.integers("strides", ones), axes);
  if (window.size.smaller() < 1 || window.stride.smaller() < 1) node.refuse("its window or its stride is 0");
  if (!(pair_of(node, "dilations", node.integers("dilations", ones), axes) == 1))
    node.refuse("dilations other than 1 are not supported");
  const Padding padding = padding_of(node, planes_of(from.shape), window, axes);
  if (padding.symmetric())
    window.padding = padding.before;
  else
    from = padded(graph, node, from, padding, fill);
  return window;
}

/// Of AveragePool, what makes means with the padding counted those without it, one number a feature.
Vector<float> without_padding(const Planes& in, const Planes& out, const Window& window) {
  Vector<float> factors(out.features());
  for (Index k = 0; k < out.features(); ++k) {
    const Span rows(window.down(), k % out.positions() / out.width, in.height);
    const Span columns(window.across(), k % out.width, in.width);
    factors(k) = static_cast<float>(window.size.product()) /
                 static_cast<float>((rows.end - rows.begin) * (columns.end - columns.begin));
  }
  return factors;
}

}  // namespace

void convert_convolution(OnnxGraph& graph, OnnxNode& node) {
  OnnxValue from = graph.planes(node, 0);
  const OnnxTensor kernels = graph.floats(node, 1);
  const Sizes& k = kernels.shape;
  if (k.size() != from.shape.size() + 1 || product_of(k) == 0 || k[0] > kMostExtent)
    node.refuse("its input 2 is of the shape [{}] (allowed: [channels out, channels in, rows, columns])",
                fmt::join(k, ", "));
  const Index groups = node.integer("group", 1);
  const Sizes size(k.begin() + 2, k.end()), said = node.integers("kernel_shape", size);
  if (said != size)
    node.refuse("kernel_shape is [{}], but the weights have [{}]", fmt::join(said, ", "), fmt::join(size, ", "));
  const Window window = read_window(graph, node, from, size, 0);
  const Planes in = planes_of(from.shape);
  const bool biased = !node.input(2).empty();
  const std::size_t number = graph.push_and_give(
      node, from, [&] { return convolution(graph.next_name("conv"), in, k[0], window, groups, biased); });
  const Index columns = graph.layer(number).weight_inputs();
  if (k[1] != in.channels / groups)
    node.refuse("its weights are for {} channels, but there are {} in each of {} groups", k[1], in.channels / groups,
                groups);
  Vector<float> bias = Vector<float>::Zero(k[0]);
  if (biased) bias = graph.vector(node, 2, k[0]);
  graph.keep_product(node, Eigen::Map<const Matrix<float>>(kernels.values.data(), k[0], columns), std::move(bias));
}

void convert_pooling(OnnxGraph& graph, OnnxNode& node) {
  OnnxValue from = graph.planes(node, 0);
  const bool largest = node.op() == "MaxPool", counted = node.integer("count_include_pad", 0) != 0;
  const double fill = largest ? static_cast<double>(std::numeric_limits<float>::lowest()) : 0;
  const Sizes before = from.shape;
  const Window window = read_window(graph, node, from, node.integers("kernel_shape", {}), fill);
  const Planes in = planes_of(from.shape);
  if (!largest && !counted && before != from.shape)
    node.refuse("its padding does not count in the mean, and is not as much before as behind");
  // Where the last place of the window is at the very edge, rounding up changes nothing.
  const auto fits = [](const WindowAxis& axis, Index length) {
    return (length + 2 * axis.padding - axis.size) % axis.stride == 0;
  };
  if (node.integer("ceil_mode", 0) != 0 && !(fits(window.down(), in.height) && fits(window.across(), in.width)))
    node.refuse("ceil_mode is 1, and a window goes over the edge, which is not supported");
  if (largest) (void)node.integer("storage_order", 0);  // of the second output
  const auto pooling = [&] {
    return largest ? max_pooling(graph.next_name("pool"), in, window)
                   : average_pooling(graph.next_name("pool"), in, window);
  };
  if (largest || counted || window.padding == 0) {
    graph.push_and_give(node, from, pooling);
    return;
  }
  const OnnxValue means{graph.push(node, from, pooling), from.shape};
  const Planes out = graph.planes_of(means);
  graph.push_and_give(node, means, [&] {
    return scaling(graph.next_name("scale"), out, without_padding(in, out, window),
                   Vector<float>::Zero(out.features()));
  });
}

/// Of planes; of 0s or another number.
void convert_padding(OnnxGraph& graph, OnnxNode& node) {
  const std::string mode = node.text("mode", "constant");
  double fill = node.real("value", 0);
  if (!node.input(2).empty()) {
    const OnnxTensor given = graph.floats(node, 2);
    if (given.values.size() != 1) node.refuse("its input 3 holds {} numbers (allowed: one)", given.values.size());
    fill = static_cast<double>(given.values.front());
  }
  Sizes pads = node.inputs() > 1 ? graph.integers(node, 1) : node.integers("pads", {});
  if (std::ranges::all_of(pads, [](Index cells) { return cells == 0; }))  // torch has one before every mean
    return graph.give(node, OnnxValue(graph.activations(node, 0)));
  if (mode != "constant") node.refuse("mode is '{}' (allowed: constant)", printable(mode));
  const OnnxValue given = graph.activations(node, 0);
  const std::size_t rank = given.shape.size() + 1;
  (void)extents(node, "pads", pads, 2 * rank);
  Sizes order;  // of a file whose channels are last, too, the axes of planes
  const Index channels = graph.planes_of(given).channels;
  const bool last = !given.turn.is_plain() && given.shape.size() == 3 && given.shape[2] == channels;
  for (const Index axis : last ? Sizes{0, 3, 1, 2} : Sizes{0, 1, 2, 3})
    if (static_cast<std::size_t>(axis) < rank) order.push_back(axis);
  const auto at = [&](std::size_t axis, bool behind) {
    return pads[static_cast<std::size_t>(order[axis]) + (behind ? rank : 0)];
  };
  if (rank > 4 || rank < 3 || at(0, false) + at(0, true) + at(1, false) + at(1, true) != 0)
    node.refuse("it adds [{}] cells to {} (allowed: to the height and width of planes)", fmt::join(pads, ", "),
                describe(given));
  const bool rows = rank == 4;
  const std::size_t across = rank - 1;
  const Padding padding{{rows ? at(2, false) : 0, at(across, false)}, {rows ? at(2, true) : 0, at(across, true)}};
  if (!last) return graph.give(node, padded(graph, node, graph.planes(node, 0), padding, fill));
  const Planes in = graph.planes_of(given);
  OnnxValue front{given.layer, {in.channels, in.height, in.width}};
  front = padded(graph, node, front, padding, fill);
  const Sizes& s = front.shape;
  graph.give(node, {front.layer, {s[1], s[2], s[0]}, {}, Turn(s, {1, 2, 0})});
}

}  // namespace ohmcarlo::onnx_operators
