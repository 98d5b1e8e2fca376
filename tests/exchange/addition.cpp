// Add.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace {

TEST(Onnx, ABiasMayBeAddedByANodeOfItsOwn) {
  OnnxFile file({2});
  file.tensor("w", {2, 2});
  file.tensor("b", {1, 2}, {5, 7});
  file.node("MatMul", {"x", "w"}, "p");
  file.node("Add", {"b", "p"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.size(), 1U);
  EXPECT_TRUE(network.spec.layers[0].biased());
  EXPECT_EQ(network.state.parameters[0].bias(1), 7);
}

TEST(Onnx, ABranchIsAddedToWhatItLeft) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Relu", {"a"}, "b");
  file.node("MatMul", {"b", "w"}, "c");
  file.node("Add", {"b", "c"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.back().inputs[1], 1U);
  const Vector<float> y = outputs(network, {1, 1});  // a = [4, 6], c = [22, 32]
  EXPECT_FLOAT_EQ(y(0), 26);
  EXPECT_FLOAT_EQ(y(1), 38);
}

}  // namespace
}  // namespace ohmcarlo::test
