// Activations, Dropout and the last softmax.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace {

TEST(Onnx, AFinalSoftmaxIsLeftOut) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Softmax", {"a"}, "y");
  EXPECT_FLOAT_EQ(outputs(read(file), {1, 1})(1), 6);
}

}  // namespace
}  // namespace ohmcarlo::test
