// Flatten, Reshape, Squeeze, Unsqueeze and Concat.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

/// Activations lie in one order whatever their shape: a layer is needed only where two layers disagree on planes.
void reshape(OnnxGraph& graph, const OnnxNode& node, const OnnxValue& from, Sizes shape) {
  std::optional<std::size_t> layer = from.layer;
  const Planes before = graph.planes_of(from);
  if (layer && from.turn.is_plain() && !(before == planes_of(shape)))
    layer = graph.push(node, from, [&] { return flatten(graph.next_name("flatten"), before); });
  graph.give(node, {layer, std::move(shape), {}, from.turn});
}

/// Axes that an attribute says in old operator sets, and input 2 in later ones.
Sizes axes_of(const OnnxGraph& graph, OnnxNode& node) {
  return node.input(1).empty() ? node.integers("axes", {}) : graph.integers(node, 1);
}

/// Without the first, that of the images, which stays.
Sizes axes_of_an_image(const OnnxNode& node, const Sizes& axes, std::size_t rank) {
  Sizes left;
  for (const Index axis : axes) {
    const std::size_t at = axis_of(node, axis, rank);
    if (at == 0) node.refuse("axis 0 is that of the images (allowed: others)");
    left.push_back(static_cast<Index>(at) - 1);
  }
  return left;
}

}  // namespace

void convert_flatten(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  graph.require_images(node, from);
  const Index axis = node.integer("axis", 1), rank = static_cast<Index>(from.shape.size()) + 1;
  if (axis != 1 && axis != 1 - rank) node.refuse("axis is {} (allowed: 1, so that images stay apart)", axis);
  reshape(graph, node, from, {product_of(from.shape)});
}

void convert_reshape(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  const bool copies = node.integer("allowzero", 0) == 0;
  Sizes target = graph.integers(node, 1);
  if (!from.axes.empty()) {
    graph.give(node, {from.layer, from.shape, reshaped(node, from.axes, from.shape[0], target, copies)});
    return;
  }
  const auto wrong = [&] {
    node.refuse("it gives [{}] of {} (allowed: [images, features], [images, channels, height, width] ...)",
                fmt::join(target, ", "), describe(from));
  };
  constexpr std::size_t kMostAxes = 8;
  if (target.size() < 2 || target.size() > kMostAxes) wrong();
  const Index images = target[0];
  Sizes shape(target.begin() + 1, target.end());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && copies && i < from.shape.size()) shape[i] = from.shape[i];
    if (shape[i] != -1 && (shape[i] < 1 || shape[i] > kMostFeatures)) wrong();
  }
  const auto open = std::ranges::find(shape, -1);
  const bool kept = images == kOpenFirst || (images == 0 && copies) || (images >= 1 && images == graph.images());
  if (images != -1 && !kept) node.refuse("it fixes the number of images to {}", images);
  if (open != shape.end()) {
    if (!kept) wrong();
    *open = 1;
    if (product_of(from.shape) % product_of(shape) != 0) wrong();
    *open = product_of(from.shape) / product_of(shape);
  }
  if (product_of(shape) != product_of(from.shape)) wrong();
  reshape(graph, node, from, std::move(shape));
}

void convert_squeeze(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  const Sizes axes = axes_of(graph, node);
  if (axes.empty()) node.refuse("it does not say which axes it takes away");
  if (from.axes.empty())
    reshape(graph, node, from, squeezed_shape(node, from.shape, axes_of_an_image(node, axes, from.shape.size() + 1)));
  else
    graph.give(node, {from.layer, from.shape, squeezed(node, from.axes, axes)});
}

void convert_unsqueeze(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  const Sizes axes = axes_of(graph, node);
  if (from.axes.empty()) {
    const std::size_t rank = from.shape.size() + 1 + axes.size();
    return reshape(graph, node, from, unsqueezed_shape(node, from.shape, axes_of_an_image(node, axes, rank)));
  }
  const Sizes sizes = unsqueezed_shape(node, Sizes(from.axes.size(), 0), axes);
  Axes made;
  for (std::size_t i = 0, next = 0; i < sizes.size(); ++i) made += sizes[i] == 1 ? '1' : from.axes[next++];
  graph.give(node, {from.layer, from.shape, made});
}

/// Constants are put together before; of activations, the channels of images.
void convert_concatenation(OnnxGraph& graph, OnnxNode& node) {
  std::vector<Planes> planes;
  std::vector<std::size_t> layers;
  OnnxValue last;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    const OnnxValue& taken = graph.activations(node, i);
    graph.require_images(node, taken);
    if (axis_of(node, node.integer("axis", 1), taken.shape.size() + 1) != 1)
      node.refuse("it puts axis {} of {} together (allowed: 1, the channels)", node.integer("axis", 1),
                  describe(taken));
    if (!taken.layer) node.refuse("it takes the input of the network, which is not supported");
    last = graph.straightened(node, taken);
    planes.push_back(planes_of(last.shape));
    layers.push_back(*last.layer);
  }
  if (planes.empty()) node.refuse("it has no inputs");
  last.layer = *std::ranges::max_element(layers);
  graph.push_and_give(node, last, [&] { return concatenation(graph.next_name("join"), planes, layers); });
}

}  // namespace ohmcarlo::onnx_operators
