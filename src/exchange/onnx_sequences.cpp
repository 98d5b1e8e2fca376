#include "exchange/onnx_sequences.hpp"

#include <algorithm>

#include <fmt/ranges.h>

namespace ohmcarlo {

Axes permuted(OnnxNode& node, const Axes& axes) {
  const auto rank = static_cast<Index>(axes.size());
  std::vector<Index> order;
  for (Index i = rank; i-- > 0;) order.push_back(i);
  order = node.integers("perm", order);
  std::vector<Index> sorted = order;
  std::ranges::sort(sorted);
  Axes permuted;
  for (Index i = 0; i < rank; ++i) {
    if (order.size() != axes.size() || sorted[static_cast<std::size_t>(i)] != i)
      node.refuse("perm is [{}] for {} axes", fmt::join(order, ", "), rank);
    permuted += axes[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
  }
  return permuted;
}

Axes squeezed(const OnnxNode& node, const Axes& axes, const std::vector<Index>& which) {
  const auto rank = static_cast<Index>(axes.size());
  Axes left = axes;
  for (const Index axis : which) {
    const Index at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank || axes[static_cast<std::size_t>(at)] != '1')
      node.refuse("it takes away axis {} (allowed: the one of the LSTM's directions)", axis);
    left[static_cast<std::size_t>(at)] = ' ';
  }
  std::erase(left, ' ');
  return left;
}

Axes reshaped(const OnnxNode& node, const Axes& axes, Index features, const std::vector<Index>& target, bool copies) {
  Axes kept = axes, made;
  std::erase(kept, '1');
  std::size_t next = 0;  // of those kept
  for (std::size_t i = 0; i < target.size(); ++i) {
    const bool copied = target[i] == 0 && copies && i < axes.size();
    const bool last = i + 1 == target.size();
    if (copied ? axes[i] == '1' : target[i] == 1 && !last)
      made += '1';
    else if (next < kept.size() &&
             (copied ? axes[i] == kept[next] : target[i] == -1 || (last && target[i] == features)))
      made += kept[next++];
    else
      next = kept.size() + 1;
  }
  if (next != kept.size() || made.back() != 'f' || std::ranges::count(target, -1) > 1)
    node.refuse("it gives [{}] (allowed of sequences: to add or take away axes of size 1)", fmt::join(target, ", "));
  return made;
}

LayerParameters<float> gate_parameters(const OnnxNode& node, const OnnxTensor& w, const OnnxTensor& r,
                                       const std::optional<OnnxTensor>& b, Index inputs,
                                       const std::vector<Index>& theirs, Index apart) {
  const auto require = [&](int input, const OnnxTensor& tensor, const std::vector<Index>& shape) {
    if (tensor.shape != shape)
      node.refuse("its input {} is of the shape [{}] (allowed: [{}])", input, fmt::join(tensor.shape, ", "),
                  fmt::join(shape, ", "));
  };
  const Index hidden = r.shape.empty() ? 0 : r.shape.back(), all = std::ssize(theirs) * hidden;
  if (hidden < 1) node.refuse("its input 3 is of the shape [{}]", fmt::join(r.shape, ", "));
  require(2, w, {1, all, inputs});
  require(3, r, {1, all, hidden});
  if (b) require(4, *b, {1, 2 * all});
  LayerParameters<float> parameters{Matrix<float>(all, inputs + hidden), Vector<float>::Zero(all)};
  for (Index gate = 0; gate < std::ssize(theirs); ++gate) {
    const Index ours = gate * hidden, first = theirs[static_cast<std::size_t>(gate)] * hidden;
    const auto rows = [&](const OnnxTensor& tensor, Index width) {
      return Eigen::Map<const Matrix<float>>(tensor.values.data() + first * width, hidden, width);
    };
    parameters.weights.block(ours, 0, hidden, inputs) = rows(w, inputs);
    parameters.weights.block(ours, inputs, hidden, hidden) = rows(r, hidden);
    if (!b) continue;
    const Eigen::Map<const Vector<float>> halves(b->values.data(), 2 * all);
    parameters.bias.segment(ours, hidden) = halves.segment(first, hidden);
    if (first + hidden <= all - apart) parameters.bias.segment(ours, hidden) += halves.segment(all + first, hidden);
  }
  if (!parameters.bias.allFinite()) node.refuse("the sum of its biases is infinite");
  return parameters;
}

LayerParameters<float> lstm_parameters(const OnnxNode& node, const OnnxTensor& w, const OnnxTensor& r,
                                       const std::optional<OnnxTensor>& b, Index inputs) {
  return gate_parameters(node, w, r, b, inputs, {0, 2, 3, 1});  // i, f, g, o among i, o, f, c
}

}  // namespace ohmcarlo
