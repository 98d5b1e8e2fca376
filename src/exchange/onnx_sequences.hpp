#pragma once
// Sequences in ONNX files: which axes of activations are what, and the weights of LSTM nodes; private to exchange/.

#include <optional>
#include <string>
#include <vector>

#include "exchange/onnx_node.hpp"
#include "network/kernel.hpp"

namespace ohmcarlo {

/// The axes of activations that are frames of sequences, a letter each: 'a' and 'b' are the first two axes of the
/// network's input, of which one is the sequences and one the time steps (LSTM nodes say which), '1' is an axis of size
/// 1, 'f' the features of a frame. Empty: the activations are of images.
using Axes = std::string;

// What nodes make of axes. Each refuses (BadData) what would mix frames or has no name here.

/// Transpose.
[[nodiscard]] Axes permuted(OnnxNode& node, const Axes& axes);
/// Squeeze of axes of size 1, counted from the end where negative.
[[nodiscard]] Axes squeezed(const OnnxNode& node, const Axes& axes, const std::vector<Index>& which);
/// Reshape of frames of so many features, which may add and remove axes of size 1 only. `copies`: 0 stands for the size
/// that is there.
[[nodiscard]] Axes reshaped(const OnnxNode& node, const Axes& axes, Index features, const std::vector<Index>& target,
                            bool copies);

/// The parameters of a recurrent node: of our gates, gate g is theirs number theirs[g]. ONNX keeps W [1, gates *
/// hidden, inputs], R [1, gates * hidden, hidden] and B [1, 2 * gates * hidden], whose halves are added up but for the
/// last `apart` numbers of the second; without B biases are zero. Refuses other shapes and biases whose sum is
/// infinite.
[[nodiscard]] LayerParameters<float> gate_parameters(const OnnxNode& node, const OnnxTensor& w, const OnnxTensor& r,
                                                     const std::optional<OnnxTensor>& b, Index inputs,
                                                     const std::vector<Index>& theirs, Index apart = 0);

/// Those of an LSTM node as network/lstm.hpp orders them. ONNX keeps the gates in the order i, o, f, c (c is our g).
[[nodiscard]] LayerParameters<float> lstm_parameters(const OnnxNode& node, const OnnxTensor& w, const OnnxTensor& r,
                                                     const std::optional<OnnxTensor>& b, Index inputs);

}  // namespace ohmcarlo
