// The pass over the graph of an ONNX file.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace onnx_graph_test {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Onnx, WhatTheOutputDoesNotNeedIsNotRead) {
  OnnxFile file = perceptron();
  file.node("Foreign", {"h"}, "elsewhere");
  EXPECT_EQ(read(file).spec.layers.size(), 3U);
}

TEST(Onnx, AForeignOperatorIsNamedWithItsNode) {
  const auto replaced = [](const char* op, const char* domain) {
    return refused_after([&](OnnxFile& file) {
      file.graph().mutable_node(1)->set_op_type(op);
      file.graph().mutable_node(1)->set_domain(domain);
    });
  };
  EXPECT_THAT(replaced("Sin", ""), AllOf(HasSubstr("net.onnx: node 'n2' (Sin)"), HasSubstr("Sin is not supported")));
  EXPECT_THAT(replaced("Relu", "com.microsoft"), HasSubstr("domain com.microsoft"));
  EXPECT_THAT(replaced("two\nlines", ""), HasSubstr("two?lines"));
}

TEST(Onnx, ADynamicShapeIsRefused) {
  EXPECT_THAT(refused(OnnxFile({-1})), HasSubstr("input 'x': its dimension 2 is dynamic"));
  EXPECT_THAT(refused(OnnxFile({1, -1, 28})), HasSubstr("its dimension 3 is dynamic"));
  EXPECT_THAT(refused(OnnxFile({3, -1})), HasSubstr("its dimension 3 is dynamic (allowed: only the first one"));
  EXPECT_THAT(refused(OnnxFile({1, 3, 4, 4})), HasSubstr("it has 5 dimensions"));
  EXPECT_THAT(refused(OnnxFile({0})), HasSubstr("is 0"));
  EXPECT_THAT(refused(OnnxFile({100000, 100000, 100000})), HasSubstr("features"));
}

TEST(Onnx, AGraphThatIsNoChainIsRefused) {
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().mutable_node(1)->set_input(0, "nowhere"); }),
              HasSubstr("no node before it gives its input 1 ('nowhere')"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().mutable_node(1)->set_input(0, "b"); }),
              HasSubstr("its input 1 is a constant"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().mutable_node(0)->set_input(1, "x"); }),
              HasSubstr("is no constant of the file"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().mutable_output(0)->set_name("z"); }),
              HasSubstr("no node gives its output 'z'"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().mutable_output(0)->set_name("x"); }), HasSubstr("no layers"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().add_output()->set_name("h"); }),
              HasSubstr("it has 2 outputs (allowed: 1, [images, classes]; onnx.utils.extract_model"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().clear_input(); }), HasSubstr("no input"));
  EXPECT_THAT(refused_after([](OnnxFile& f) {
                *f.graph().add_input() = f.graph().input(0), f.graph().mutable_input(1)->set_name("z");
              }),
              HasSubstr("the inputs 'x' and 'z'"));
  EXPECT_THAT(refused_after([](OnnxFile& f) {
                f.graph().mutable_node(1)->set_output(0, "h");
                f.graph().mutable_node(2)->set_input(0, "h");
              }),
              HasSubstr("given already"));
}

// Two channels of 1 x 2 pixels: in the file their values are in the order 1, 3, 2, 4 after the turn.
TEST(Onnx, DenseWeightsBehindChannelsThatAreLastAreTurned) {
  OnnxFile file({2, 1, 2});
  file.tensor("k", {2, 2, 1, 1}, {1, 0, 0, 1});
  file.integers("flat", {0, -1});
  file.tensor("w", {4, 1}, {1000, 100, 10, 1});
  file.node("Conv", {"x", "k"}, "c");
  set(file.node("Transpose", {"c"}, "t"), "perm", Sizes{0, 2, 3, 1});
  file.node("Reshape", {"t", "flat"}, "f");
  file.node("MatMul", {"f", "w"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.size(), 2U);  // nothing is moved
  EXPECT_EQ(outputs(network, {1, 2, 3, 4})(0), 1324);
}

TEST(Onnx, ImagesWithoutChannelsAreImagesUnlessANodeIsRecurrent) {
  OnnxFile file({2, 2});
  file.node("Flatten", {"x"}, "f");
  file.tensor("w", {4, 1}, {1000, 100, 10, 1});
  file.node("MatMul", {"f", "w"}, "y");
  EXPECT_EQ(outputs(read(file), {1, 2, 3, 4})(0), 1234);
  file.graph().mutable_node(1)->set_input(0, "x");
  EXPECT_THAT(refused(file), HasSubstr("its input is of the shape [images, 2, 2] (allowed: [images, features])"));
}

TEST(Onnx, LayersThatDoNotFitTheInputAreRefused) {
  EXPECT_THAT(refused_after([](OnnxFile& f) {
                onnx::TypeProto& type = *f.graph().mutable_input(0)->mutable_type();
                type.mutable_tensor_type()->mutable_shape()->mutable_dim(1)->set_dim_value(5);
              }),
              HasSubstr("node 'n1' (Gemm): its matrix takes 4 features, but there are 5"));
  OnnxFile file({2});
  file.tensor("w", {2, 2});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Relu", {"x"}, "b");
  file.node("Add", {"a", "b"}, "y");
  EXPECT_THAT(refused(file), HasSubstr("node 'n2' (Relu): the input of the network goes to more than one operator"));
}

}  // namespace onnx_graph_test
}  // namespace ohmcarlo::test
