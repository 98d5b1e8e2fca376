// Activations, Dropout and the last softmax.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace elementwise_test {

TEST(Onnx, AFinalSoftmaxIsLeftOut) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Softmax", {"a"}, "y");
  EXPECT_FLOAT_EQ(outputs(read(file), {1, 1})(1), 6);
}

TEST(Onnx, ASoftmaxMayBeFollowedByWhatOnlyReshapes) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Softmax", {"a"}, "s");
  file.node("Identity", {"s"}, "beside");  // which nobody takes
  file.node("Identity", {"s"}, "i");
  file.node("Flatten", {"i"}, "y");
  EXPECT_FLOAT_EQ(outputs(read(file), {1, 1})(1), 6);
}

// Found by reading: whoever followed these two nodes to the output followed them for ever.
TEST(Onnx, ARingOfNodesBehindASoftmaxHasAnEnd) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Softmax", {"a"}, "s");
  file.node("Relu", {"s"}, "b");
  file.node("Relu", {"b"}, "y");
  file.node("Identity", {"s"}, "b");
  file.node("Identity", {"b"}, "s");
  EXPECT_THAT(refused(file), ::testing::HasSubstr("(Softmax): it is not the last operator"));
}

}  // namespace elementwise_test
}  // namespace ohmcarlo::test
