#include "exchange/onnx_operators.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace onnx_operators_test {

TEST(OnnxOperators, AreFoundByTheirNames) {
  EXPECT_NE(find_onnx_converter("Gemm"), nullptr);
  EXPECT_NE(find_onnx_converter("LSTM"), nullptr);
  EXPECT_EQ(find_onnx_converter("Relu"), find_onnx_converter("Tanh"));  // one converter for all activations
  EXPECT_NE(find_onnx_converter("MaxPool"), find_onnx_converter("Conv"));
  for (const char* other : {"", "gemm", "Lstm", "ConvTranspose"})
    EXPECT_EQ(find_onnx_converter(other), nullptr) << other;
}

}  // namespace onnx_operators_test
}  // namespace ohmcarlo
