// Flatten, Reshape and Pad, and GlobalAveragePool.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

/// Activations lie in one order whatever their shape: a layer is needed only where two layers disagree on planes.
void reshape(OnnxGraph& graph, const OnnxNode& node, const OnnxValue& from, Sizes shape) {
  std::optional<std::size_t> layer = from.layer;
  const Planes before = planes_of(from.shape);
  if (layer && !(before == planes_of(shape)))
    layer = graph.push(node, from, [&] { return flatten(graph.next_name("flatten"), before); });
  graph.give(node, {layer, std::move(shape)});
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
    node.refuse("it gives [{}] (allowed: [images, features] or [images, channels, height, width])",
                fmt::join(target, ", "));
  };
  if (target.size() != 2 && target.size() != 4) wrong();
  const Index images = target[0];
  Sizes shape(target.begin() + 1, target.end());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && copies && i < from.shape.size()) shape[i] = from.shape[i];
    if (shape[i] != -1 && (shape[i] < 1 || shape[i] > kMostFeatures)) wrong();
  }
  const auto open = std::ranges::find(shape, -1);
  if (images != -1 && !(images == 0 && copies) && images != graph.images())
    node.refuse("it fixes the number of images to {}", images);
  if (open != shape.end()) {
    if (images == -1) wrong();
    *open = 1;
    if (product_of(from.shape) % product_of(shape) != 0) wrong();
    *open = product_of(from.shape) / product_of(shape);
  }
  if (product_of(shape) != product_of(from.shape)) wrong();
  reshape(graph, node, from, std::move(shape));
}

/// torch puts one that adds nothing before every mean.
void convert_padding(OnnxGraph& graph, OnnxNode& node) {
  (void)node.text("mode", "constant");
  (void)node.real("value", 0);
  const Sizes pads = node.inputs() > 1 ? graph.integers(node, 1) : node.integers("pads", {});
  if (std::ranges::any_of(pads, [](Index cells) { return cells != 0; }))
    node.refuse("it adds [{}] cells (allowed: none, but padding of windows)", fmt::join(pads, ", "));
  graph.give(node, OnnxValue(graph.activations(node, 0)));
}

void convert_global_pooling(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.activations(node, 0);
  graph.require_rank(node, from, 3);
  graph.push_and_give(node, from,
                      [&] { return global_average_pooling(graph.next_name("pool"), planes_of(from.shape)); });
}

}  // namespace ohmcarlo::onnx_operators
