#include "exchange/onnx_layout.hpp"

#include <algorithm>
#include <set>

namespace ohmcarlo {
namespace {

bool turns_channels_to_the_front(const onnx::NodeProto& transpose) {
  const auto perm = std::ranges::find(transpose.attribute(), "perm", [](const auto& a) { return a.name(); });
  if (perm == transpose.attribute().end()) return false;
  return std::ranges::equal(perm->ints(), std::vector<std::int64_t>{0, 3, 1, 2});
}

}  // namespace

bool is_recurrent(const onnx::NodeProto& node) {
  return node.op_type() == "GRU" || node.op_type() == "LSTM" || node.op_type() == "RNN";
}

bool has_recurrent_node(const std::vector<const onnx::NodeProto*>& nodes) {
  return std::ranges::any_of(nodes, [](const onnx::NodeProto* node) { return is_recurrent(*node); });
}

bool has_channels_last(const std::vector<const onnx::NodeProto*>& nodes, std::string input, const Sizes& shape) {
  static const std::set<std::string> kOfValues = {"Add", "Cast", "Div", "Identity", "Mul", "Pad", "Sub"};
  static const std::set<std::string> kOfChannels = {"AveragePool",       "BatchNormalization", "Conv",
                                                    "GlobalAveragePool", "GlobalMaxPool",      "MaxPool"};
  for (const onnx::NodeProto* node : nodes) {
    if (std::ranges::find(node->input(), input) == node->input().end() || node->output_size() == 0) continue;
    if (node->op_type() == "Transpose") return turns_channels_to_the_front(*node);
    if (kOfChannels.contains(node->op_type())) return false;
    if (kOfValues.contains(node->op_type())) input = node->output(0);
  }
  constexpr Index kMostChannels = 4;
  return shape[2] <= kMostChannels && shape[2] < shape[0] && shape[2] < shape[1];
}

}  // namespace ohmcarlo
