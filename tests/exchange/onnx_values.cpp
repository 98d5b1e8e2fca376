// What nodes of an ONNX file take and give.

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace onnx_values_test {

TEST(OnnxValues, SaySizesForMessages) {
  EXPECT_EQ(describe(OnnxValue{std::nullopt, {3, 4, 5}}), "[images, 3, 4, 5]");
  EXPECT_EQ(describe(OnnxValue{std::nullopt, {7}, "a1bf"}), "[frames, 1, frames, 7]");
}

TEST(OnnxValues, WeightsThatNodesShareAreNoted) {
  OnnxFile file({2});
  file.tensor("w", {2, 2});
  file.node("Transpose", {"w"}, "t");
  file.node("MatMul", {"x", "t"}, "a");
  file.node("MatMul", {"a", "w"}, "y");
  const ImportedNetwork network = read(file);
  ASSERT_EQ(network.notes.size(), 1U);
  EXPECT_THAT(network.notes[0], ::testing::HasSubstr("net.onnx: the nodes 'n2', 'n3' share the weights 'w': they are "
                                                     "parted here"));
  EXPECT_TRUE(read(perceptron()).notes.empty());
}

TEST(OnnxValues, ProductsDoNotOverflow) {
  EXPECT_EQ(product_of({3, 4, 5}), 60);
  EXPECT_EQ(product_of({}), 1);
  EXPECT_EQ(product_of({100000, 100000, 100000, 100000, 100000}), Index{1} << 31);
}

TEST(OnnxValues, AConstantIsSpreadOverTheChannels) {
  OnnxFile file = perceptron();
  file.tensor("one", {1, 1}, {0.5F});
  file.tensor("three", {3}, {1, 2, 3});
  onnx::NodeProto& node = file.node("Add", {"h", "one", "three"}, "z");
  OnnxGraph graph("net.onnx", file.graph());
  for (const onnx::TensorProto& tensor : file.graph().initializer()) graph.give_constant(tensor.name(), tensor);
  const OnnxNode reading("net.onnx", node);
  EXPECT_EQ(graph.spread(reading, 1, {std::nullopt, {3}}), Vector<float>::Constant(3, 0.5F));
  EXPECT_EQ(graph.spread(reading, 2, {std::nullopt, {3}}), (Vector<float>(3) << 1, 2, 3).finished());
  EXPECT_THROW((void)graph.spread(reading, 2, {std::nullopt, {4}}), BadData);
  const Vector<float> each = (Vector<float>(6) << 1, 2, 3, 1, 2, 3).finished();
  EXPECT_EQ(graph.spread(reading, 2, {std::nullopt, {2, 1, 3}}), each);  // along the width: a number a feature
  EXPECT_THROW((void)graph.activations(reading, 1), BadData);
}

}  // namespace onnx_values_test
}  // namespace ohmcarlo::test
