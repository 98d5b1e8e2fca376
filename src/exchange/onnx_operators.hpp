#pragma once
// The operators of ONNX files that become layers of this program; private to exchange/.

#include <string>

#include "exchange/onnx_graph.hpp"

namespace ohmcarlo {

/// Adds what a node does to the network of its graph, or refuses it.
using OnnxConverter = void (*)(OnnxGraph& graph, OnnxNode& node);

/// The converter of an operator; none if it is not supported.
[[nodiscard]] OnnxConverter find_onnx_converter(const std::string& op);

/// Adds a layer that takes the last frame of the sequences `all`, and returns its number.
std::size_t push_last_frame(OnnxGraph& graph, const OnnxNode& node, const OnnxValue& all);

}  // namespace ohmcarlo
