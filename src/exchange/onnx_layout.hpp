#pragma once
// What the input of an ONNX file holds, as far as its nodes say; private to exchange/.

#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "exchange/onnx_turn.hpp"

namespace ohmcarlo {

/// True of an LSTM, GRU or RNN.
[[nodiscard]] bool is_recurrent(const onnx::NodeProto& node);
/// True if any of the nodes is recurrent: activations of three axes are sequences then, and images without.
[[nodiscard]] bool has_recurrent_node(const std::vector<const onnx::NodeProto*>& nodes);

/// True if images `input` of the shape `shape`, [height, width, channels] or [channels, height, width], have their
/// channels last: the first node that asks turns them to the front, or none asks, and there are few channels (up to 4)
/// in the last place, fewer than in any other.
[[nodiscard]] bool has_channels_last(const std::vector<const onnx::NodeProto*>& nodes, std::string input,
                                     const Sizes& shape);

}  // namespace ohmcarlo
