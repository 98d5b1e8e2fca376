#include "exchange/onnx_operators.hpp"

#include <map>

namespace ohmcarlo {

// The register of operators, each with its converter, which is defined in a file of exchange/onnx/.
#define OHMCARLO_ONNX_OPERATORS(OPERATOR)             \
  OPERATOR(Abs, convert_activation)                   \
  OPERATOR(Add, convert_arithmetic)                   \
  OPERATOR(AveragePool, convert_pooling)              \
  OPERATOR(BatchNormalization, convert_normalisation) \
  OPERATOR(Cast, convert_cast)                        \
  OPERATOR(Clip, convert_clip)                        \
  OPERATOR(Concat, convert_concatenation)             \
  OPERATOR(Constant, convert_constant)                \
  OPERATOR(Conv, convert_convolution)                 \
  OPERATOR(Div, convert_arithmetic)                   \
  OPERATOR(Dropout, convert_dropout)                  \
  OPERATOR(Elu, convert_curve)                        \
  OPERATOR(Erf, convert_curve)                        \
  OPERATOR(Flatten, convert_flatten)                  \
  OPERATOR(Gather, convert_gather)                    \
  OPERATOR(Gelu, convert_curve)                       \
  OPERATOR(Gemm, convert_gemm)                        \
  OPERATOR(GlobalAveragePool, convert_global_pooling) \
  OPERATOR(GlobalMaxPool, convert_global_pooling)     \
  OPERATOR(GRU, convert_gru)                          \
  OPERATOR(HardSigmoid, convert_curve)                \
  OPERATOR(HardSwish, convert_curve)                  \
  OPERATOR(Identity, convert_identity)                \
  OPERATOR(LeakyRelu, convert_curve)                  \
  OPERATOR(LogSoftmax, convert_softmax)               \
  OPERATOR(LSTM, convert_lstm)                        \
  OPERATOR(MatMul, convert_product)                   \
  OPERATOR(Max, convert_clip)                         \
  OPERATOR(MaxPool, convert_pooling)                  \
  OPERATOR(Min, convert_clip)                         \
  OPERATOR(Mul, convert_arithmetic)                   \
  OPERATOR(Neg, convert_negation)                     \
  OPERATOR(Pad, convert_padding)                      \
  OPERATOR(PRelu, convert_curve)                      \
  OPERATOR(ReduceMean, convert_mean)                  \
  OPERATOR(Relu, convert_activation)                  \
  OPERATOR(Reshape, convert_reshape)                  \
  OPERATOR(RNN, convert_rnn)                          \
  OPERATOR(Selu, convert_curve)                       \
  OPERATOR(Shape, convert_shape)                      \
  OPERATOR(Sigmoid, convert_activation)               \
  OPERATOR(Softmax, convert_softmax)                  \
  OPERATOR(Softplus, convert_curve)                   \
  OPERATOR(Softsign, convert_curve)                   \
  OPERATOR(Squeeze, convert_squeeze)                  \
  OPERATOR(Sub, convert_arithmetic)                   \
  OPERATOR(Swish, convert_swish)                      \
  OPERATOR(Tanh, convert_activation)                  \
  OPERATOR(Transpose, convert_transpose)              \
  OPERATOR(Unsqueeze, convert_unsqueeze)

namespace onnx_operators {
#define OHMCARLO_DECLARE(op, converter) void converter(OnnxGraph& graph, OnnxNode& node);
OHMCARLO_ONNX_OPERATORS(OHMCARLO_DECLARE)
#undef OHMCARLO_DECLARE
}  // namespace onnx_operators

OnnxConverter find_onnx_converter(const std::string& op) {
#define OHMCARLO_LIST(op, converter) {#op, &onnx_operators::converter},
  static const std::map<std::string, OnnxConverter> known = {OHMCARLO_ONNX_OPERATORS(OHMCARLO_LIST)};
#undef OHMCARLO_LIST
  const auto found = known.find(op);
  return found == known.end() ? nullptr : found->second;
}

std::size_t push_last_frame(OnnxGraph& graph, const OnnxNode& node, const OnnxValue& all) {
  return graph.push(node, all, [&] { return last_frame(graph.next_name("last"), planes_of(all.shape)); });
}

}  // namespace ohmcarlo
