#pragma once
// Networks in ONNX files (IR and operators: https://onnx.ai/onnx/repo-docs/) that are made of this program's layers.

#include <filesystem>
#include <string>
#include <vector>

#include "network/network.hpp"

namespace ohmcarlo {

/// A network that somebody else described and trained.
struct ImportedNetwork {
  std::string file;     ///< for messages
  std::string content;  ///< sha256 of its bytes
  NetworkSpec spec;     ///< layers are called dense1, conv1, norm1, relu1 ... in the order of the file
  NetworkState<float> state;
  std::vector<std::string> notes;  ///< what the person who uses it should know, a line each
  Planes input;                    ///< of an image; without channels where the file asks for features only
};

// clang-format off: it would run the rows of the table together.
/// The network of an ONNX file, as it is in evaluation: one input of floating point, [images, features], [images,
/// height, width], [images, channels, height, width] or [images, height, width, channels] (the number of images may be
/// left open, nothing else); one output, [images, classes]. If a node is recurrent, three axes are those of sequences,
/// [sequences, steps, features] or [steps, sequences, features]: an output of [sequences, classes], or of a row a
/// frame. Their numbers may be left open, and are not kept to: sequences have the lengths of the data, without padding.
/// What nodes compute of constants alone is a constant (exchange/onnx_folding.hpp), and so is the shape of activations.
/// The operators of activations, of sets 7 to 25, and what is required of them beyond the standard:
///
///   Gemm, MatMul             activations times a matrix of the file
///   Conv                     along one axis or two; dilation 1; groups
///   Add Sub Mul              of two activations of one shape; or of a constant a channel or a feature: a bias, if a
///                            product is there to take it, else a scaling; Div by such a constant; Neg
///   BatchNormalization       another epsilon than kNormalisationEpsilon goes into the variance
///   Relu Abs Sigmoid Tanh LeakyRelu PRelu (one slope) Elu Selu Clip HardSigmoid HardSwish Gelu Swish Softplus
///   Softsign Erf
///   Max Min                  of activations and a number
///   MaxPool AveragePool      along one axis or two; no window over the edge that ceil_mode asks for
///   GlobalAveragePool GlobalMaxPool ReduceMean    over height and width
///   Flatten Reshape Squeeze Unsqueeze Identity Cast Dropout Constant Shape
///   Transpose                of images: where channels are says the order of later weights, see exchange/onnx_turn.hpp
///   Concat                   of channels
///   LSTM GRU RNN             forward, from a state of zeros, with the usual functions; no peepholes, clipping or
///                            lengths; the outputs Y and Y_h. GRU and RNN cannot be trained further.
///   Transpose Squeeze Unsqueeze Gather    of their inputs and outputs: turned axes, the one direction, the last time
///                            step
///   Pad                      of height and width, with a number
///   Softmax LogSoftmax       as the last one, where they are left out: the network gives logits
///
/// Weights are of 16 to 64 bits, rounded to float32, finite, and in the file itself. Throws BadData, one line that
/// names the file, and the node and its operator where one is at fault: for everything else, and for what is cut or no
/// ONNX.
[[nodiscard]] ImportedNetwork read_onnx(const std::filesystem::path& path);
// clang-format on

}  // namespace ohmcarlo
