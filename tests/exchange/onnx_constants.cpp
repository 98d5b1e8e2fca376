#include "exchange/onnx_constants.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace onnx_constants_test {

TEST(OnnxConstants, ComeThroughATensorUnchanged) {
  for (const bool whole : {true, false}) {
    const OnnxConstant constant{{2, 2}, {1, -2, 3, 1 << 20}, whole};
    const OnnxConstant again = read_constant("net.onnx", to_tensor("t", constant));
    EXPECT_EQ(again.shape, constant.shape);
    EXPECT_EQ(again.values, constant.values);
    EXPECT_EQ(again.whole, whole);
  }
}

TEST(OnnxConstants, WholeNumbersOfAnySizeAreRead) {
  onnx::TensorProto tensor;
  tensor.add_dims(2);
  tensor.set_data_type(onnx::TensorProto::INT32);
  tensor.add_int32_data(-5);
  tensor.add_int32_data(7);
  EXPECT_THAT(read_constant("net.onnx", tensor).values, testing::ElementsAre(-5, 7));
  tensor.set_data_type(onnx::TensorProto::STRING);
  EXPECT_THROW((void)read_constant("net.onnx", tensor), BadData);
}

TEST(OnnxConstants, WhatIsTooLargeForAnIntegerIsTheLargest) {
  EXPECT_GT(to_tensor("t", {{1}, {1e30}, true}).int64_data(0), Index{1} << 62);
}

}  // namespace onnx_constants_test
}  // namespace ohmcarlo
