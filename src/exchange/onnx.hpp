#pragma once
// Networks in ONNX files (IR and operators: https://onnx.ai/onnx/repo-docs/) that are made of this program's layers.

#include <filesystem>
#include <string>

#include "network/network.hpp"

namespace ohmcarlo {

/// A network that somebody else described and trained.
struct ImportedNetwork {
  std::string file;     ///< for messages
  std::string content;  ///< sha256 of its bytes
  NetworkSpec spec;     ///< layers are called dense1, conv1, norm1, relu1 ... in the order of the file
  NetworkState<float> state;
  Planes input;  ///< of an image; without channels where the file asks for features only
};

/// The network of an ONNX file, as it is in evaluation: one input, float32 [images, features] or [images, channels,
/// height, width] (the number of images may be left open, nothing else); one output, [images, classes]. Of sequences,
/// [sequences, steps, features] or [steps, sequences, features]: an output of [sequences, classes], or of a row a
/// frame. Their numbers may be left open, and are not kept to: sequences have the lengths of the data, without padding.
/// The operators, of sets 7 to 22, and what is required of them beyond the standard:
///
///   Gemm, MatMul             activations times a matrix of the file
///   Conv                     2-D; as much padding before as behind; dilation 1; groups
///   Add                      of two activations of one shape; or of constants, one a channel, to a product (its bias)
///   BatchNormalization       another epsilon than kNormalisationEpsilon goes into the variance
///   Relu Abs Sigmoid Tanh
///   MaxPool AveragePool      2-D, as Conv; no window over the edge; padding only where it counts as zeros in the mean
///   GlobalAveragePool Flatten Reshape Identity Dropout Constant
///   LSTM                     forward, of sigmoid and tanh, from a state of zeros; no peepholes, clipping or lengths;
///                            its outputs Y and Y_h
///   Transpose Squeeze Gather of an LSTM's inputs and outputs: turned axes, the one direction, the last time step
///   Pad                      of nothing
///   Softmax LogSoftmax       as the last one, where they are left out: the network gives logits
///
/// Weights are float32 or float64, finite, and in the file itself. Throws BadData, one line that names the file,
/// and the node and its operator where one is at fault: for everything else, and for what is cut or no ONNX.
[[nodiscard]] ImportedNetwork read_onnx(const std::filesystem::path& path);

}  // namespace ohmcarlo
