// Add, Sub, Mul, Div and Neg.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace arithmetic_test {

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

TEST(Onnx, ConstantsBeforeTheFirstLayerAreOneScaling) {
  OnnxFile file({2, 1, 1});
  file.tensor("mean", {1, 2, 1, 1}, {1, 2});
  file.tensor("sd", {2, 1, 1}, {2, 4});
  file.tensor("ten", {}, {10});
  file.tensor("w", {2, 2, 1, 1}, {1, 0, 0, 1});
  file.node("Sub", {"x", "mean"}, "a");
  file.node("Div", {"a", "sd"}, "b");
  file.node("Mul", {"ten", "b"}, "c");
  file.node("Conv", {"c", "w"}, "d");
  file.node("Flatten", {"d"}, "y");
  const ImportedNetwork network = read(file);
  ASSERT_GE(network.spec.layers.size(), 2U);
  EXPECT_EQ(network.spec.layers[0].name, "scale1");
  EXPECT_EQ(network.spec.layers[1].name, "conv1");
  EXPECT_EQ(outputs(network, {5, 0}), (Vector<float>(2) << 20, -5).finished());
}

TEST(Onnx, AConstantBehindAnActivationIsAScaling) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 0, 0, 1});
  file.tensor("b", {2}, {5, 7});
  file.node("MatMul", {"x", "w"}, "p");
  file.node("Relu", {"p"}, "r");
  file.node("Sub", {"b", "r"}, "s");
  file.node("Neg", {"s"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.size(), 3U);
  EXPECT_EQ(outputs(network, {-1, 10}), (Vector<float>(2) << -5, 3).finished());
}

TEST(Onnx, ADifferenceOfTwoActivationsHasItsSign) {
  for (const bool branch_first : {true, false}) {
    OnnxFile file({2});
    file.tensor("w", {2, 2}, {1, 0, 0, 1});
    file.node("MatMul", {"x", "w"}, "a");
    file.node("Relu", {"a"}, "b");
    if (branch_first)
      file.node("Sub", {"a", "b"}, "y");
    else
      file.node("Sub", {"b", "a"}, "y");
    EXPECT_EQ(outputs(read(file), {-3, 4})(0), branch_first ? -3 : 3);
  }
}

TEST(Onnx, ArithmeticThatOurLayersDoNotHaveIsRefused) {
  using ::testing::HasSubstr;
  const auto with = [](const char* op, std::initializer_list<const char*> inputs) {
    return refused_on_planes(
        op, [](OnnxFile& f, onnx::NodeProto&) { f.tensor("zero", {1}, {0}); }, inputs);
  };
  EXPECT_THAT(with("Div", {"zero", "c"}), HasSubstr("it divides by activations"));
  EXPECT_THAT(with("Div", {"c", "zero"}), HasSubstr("it divides by 0"));
  EXPECT_THAT(with("Mul", {"c", "x"}), HasSubstr("it multiplies the input of the network"));
}

}  // namespace arithmetic_test
}  // namespace ohmcarlo::test
