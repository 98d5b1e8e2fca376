#include "exchange/onnx.hpp"

#include <functional>
#include <limits>

#include <gmock/gmock.h>

#include "exchange/onnx_files.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ImportedNetwork read(const OnnxFile& file) {
  const Scratch folder;
  return read_onnx(file.write(folder));
}

std::string refused(const OnnxFile& file) {
  return error_of([&] { (void)read(file); }, typeid(BadData));
}

/// What is said of the perceptron after a change.
std::string refused_after(const std::function<void(OnnxFile&)>& change) {
  OnnxFile file = perceptron();
  change(file);
  return refused(file);
}

/// What is said of one node of operator `op` between planes [2, 6, 6] and a global mean.
std::string refused_on_planes(const std::string& op, const std::function<void(OnnxFile&, onnx::NodeProto&)>& change,
                              std::initializer_list<const char*> inputs = {"c"}) {
  OnnxFile file({2, 6, 6});
  file.tensor("w", {2, 2, 1, 1});
  file.node("Conv", {"x", "w"}, "c");
  change(file, file.node(op, inputs, "p"));
  file.node("GlobalAveragePool", {"p"}, "g");
  file.node("Flatten", {"g"}, "y");
  return refused(file);
}

Vector<float> outputs(const ImportedNetwork& imported, const std::vector<float>& x) {
  const Network<float> network(imported.spec);
  const MatrixPass<float> pass(imported.state.parameters, imported.state.normalisations.evaluated());
  Activations<float> activations;
  const View<const float> y = network.forward({x.data(), 1, static_cast<Index>(x.size())}, pass.weights(), activations);
  return y.map().row(0);
}

TEST(Onnx, APerceptronIsReadWithItsWeights) {
  const ImportedNetwork read_in = read(perceptron());
  const NetworkSpec& spec = read_in.spec;
  ASSERT_EQ(spec.layers.size(), 3U);
  EXPECT_EQ(spec.layers[0].name, "dense1");
  EXPECT_EQ(spec.layers[1].name, "relu1");
  EXPECT_EQ(spec.layers[2].name, "dense2");
  EXPECT_EQ(spec.inputs, 4);
  EXPECT_EQ(spec.classes, 2);
  EXPECT_TRUE(spec.layers[0].biased);
  EXPECT_FALSE(spec.layers[2].biased);
  EXPECT_EQ(read_in.input.channels, 0);
  EXPECT_FLOAT_EQ(read_in.state.parameters[0].weights(2, 1), 1.0F);  // element 2 * 4 + 1 of 0.1, 0.2 ...
  EXPECT_FLOAT_EQ(read_in.state.parameters[1].weights(1, 2), 0.6F);  // transposed: element 2 * 2 + 1
  EXPECT_FLOAT_EQ(read_in.state.parameters[0].bias(1), 0.2F);
}

TEST(Onnx, APerceptronGivesWhatItsFormulaSays) {
  // h = 0.1 [1+2+3+4, 5+6+7+8, 9+10+11+12] + [0.1, 0.2, 0.3] = [1.1, 2.8, 4.5]; y = h v.
  const Vector<float> y = outputs(read(perceptron()), {1, 1, 1, 1});
  EXPECT_NEAR(y(0), 1.1 * 0.1 + 2.8 * 0.3 + 4.5 * 0.5, 1e-5);
  EXPECT_NEAR(y(1), 1.1 * 0.2 + 2.8 * 0.4 + 4.5 * 0.6, 1e-5);
}

TEST(Onnx, RawDataAndDoublesAreTheSameNumbers) {
  OnnxFile file = perceptron();
  onnx::TensorProto& w = *file.graph().mutable_initializer(0);
  std::vector<double> wide(w.float_data().begin(), w.float_data().end());
  w.clear_float_data();
  w.set_data_type(onnx::TensorProto::DOUBLE);
  w.set_raw_data(wide.data(), wide.size() * sizeof(double));
  EXPECT_EQ(read(file).state.parameters[0].weights, read(perceptron()).state.parameters[0].weights);
}

TEST(Onnx, ABiasMayBeAddedByANodeOfItsOwn) {
  OnnxFile file({2});
  file.tensor("w", {2, 2});
  file.tensor("b", {1, 2}, {5, 7});
  file.node("MatMul", {"x", "w"}, "p");
  file.node("Add", {"b", "p"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.size(), 1U);
  EXPECT_TRUE(network.spec.layers[0].biased);
  EXPECT_EQ(network.state.parameters[0].bias(1), 7);
}

TEST(Onnx, ANormalisationOfAnotherEpsilonGivesTheSame) {
  for (const float epsilon : {1e-3F, 1e-5F, 1e-6F, 0.0F}) {
    OnnxFile file({2});
    file.tensor("w", {2, 2}, {1, 0, 0, 1});
    file.tensor("gamma", {2}, {2, 3});
    file.tensor("beta", {2}, {0.5F, 0.25F});
    file.tensor("mean", {2}, {1, 2});
    file.tensor("variance", {2}, {1e-6F, 4});
    file.node("MatMul", {"x", "w"}, "p");
    set(file.node("BatchNormalization", {"p", "gamma", "beta", "mean", "variance"}, "y"), "epsilon", epsilon);
    const Vector<float> y = outputs(read(file), {1.001F, 5});
    EXPECT_NEAR(y(0), (1.001F - 1) / std::sqrt(1e-6 + epsilon) * 2 + 0.5, 1e-4) << epsilon;
    EXPECT_NEAR(y(1), (5 - 2) / std::sqrt(4 + epsilon) * 3 + 0.25, 1e-5) << epsilon;
  }
}

TEST(Onnx, ABranchIsAddedToWhatItLeft) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Relu", {"a"}, "b");
  file.node("MatMul", {"b", "w"}, "c");
  file.node("Add", {"b", "c"}, "y");
  const ImportedNetwork network = read(file);
  EXPECT_EQ(network.spec.layers.back().addend, 1U);
  const Vector<float> y = outputs(network, {1, 1});  // a = [4, 6], c = [22, 32]
  EXPECT_FLOAT_EQ(y(0), 26);
  EXPECT_FLOAT_EQ(y(1), 38);
}

TEST(Onnx, AFinalSoftmaxIsLeftOut) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Softmax", {"a"}, "y");
  EXPECT_FLOAT_EQ(outputs(read(file), {1, 1})(1), 6);
}

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
  EXPECT_THAT(replaced("GRU", ""), AllOf(HasSubstr("net.onnx: node 'n2' (GRU)"), HasSubstr("GRU is not supported")));
  EXPECT_THAT(replaced("Relu", "com.microsoft"), HasSubstr("domain com.microsoft"));
  EXPECT_THAT(replaced("two\nlines", ""), HasSubstr("two?lines"));
}

TEST(Onnx, ADynamicShapeIsRefused) {
  EXPECT_THAT(refused(OnnxFile({-1})), HasSubstr("input 'x': its dimension 2 is dynamic"));
  EXPECT_THAT(refused(OnnxFile({1, -1, 28})), HasSubstr("its dimension 3 is dynamic"));
  EXPECT_THAT(refused(OnnxFile({3, -1})), HasSubstr("its dimension 3 is dynamic (allowed: only sequences and steps)"));
  EXPECT_THAT(refused(OnnxFile({1, 3, 4, 4})), HasSubstr("it has 5 dimensions"));
  EXPECT_THAT(refused(OnnxFile({0})), HasSubstr("is 0"));
  EXPECT_THAT(refused(OnnxFile({100000, 100000, 100000})), HasSubstr("features"));
}

TEST(Onnx, WeightsThatAreNoWeightsAreRefusedByName) {
  const auto of_w = [](const std::function<void(onnx::TensorProto&)>& change) {
    return refused_after([&](OnnxFile& file) { change(*file.graph().mutable_initializer(0)); });
  };
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinite = std::numeric_limits<float>::infinity();
  EXPECT_THAT(of_w([](auto& w) { w.set_float_data(5, kNaN); }), HasSubstr("tensor 'w': element 5 is nan"));
  EXPECT_THAT(of_w([](auto& w) { w.set_float_data(0, kInfinite); }), HasSubstr("tensor 'w': element 0 is inf"));
  EXPECT_THAT(of_w([](auto& w) { w.mutable_float_data()->RemoveLast(); }),
              HasSubstr("11 numbers where its shape needs 12"));
  EXPECT_THAT(of_w([](auto& w) { w.set_raw_data("abc"); }), HasSubstr("3 bytes where its shape needs 48"));
  EXPECT_THAT(of_w([](auto& w) { w.set_data_type(onnx::TensorProto::FLOAT16); }), HasSubstr("its type is FLOAT16"));
  EXPECT_THAT(of_w([](auto& w) { w.set_data_location(onnx::TensorProto::EXTERNAL); }), HasSubstr("in another file"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(0, -3); }), HasSubstr("dimension of size -3"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(0, 1LL << 62); }), HasSubstr("dimension of size"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(1, 1LL << 31); }), HasSubstr("more than"));
  EXPECT_THAT(of_w([](auto& w) { w.set_name("b"); }), HasSubstr("two tensors are called 'b'"));
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
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.graph().add_output()->set_name("h"); }), HasSubstr("2 outputs"));
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

TEST(Onnx, VersionsOutsideTheRangeAreRefused) {
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_version(6); }), HasSubstr("set 6"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_version(99); }),
              HasSubstr("set 99"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.set_ir_version(1); }), HasSubstr("IR version 1"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_domain("a.b"); }),
              HasSubstr("operators of ONNX itself"));
}

TEST(Onnx, AttributesThatChangeTheOperatorAreRefused) {
  const auto of_gemm = [](const char* name, auto value) {
    return refused_after([&](OnnxFile& f) { set(*f.graph().mutable_node(0), name, value); });
  };
  EXPECT_THAT(of_gemm("transA", std::int64_t{1}), HasSubstr("activations are transposed"));
  EXPECT_THAT(of_gemm("strange", std::int64_t{1}), HasSubstr("its attribute 'strange' is not supported"));
  EXPECT_THAT(of_gemm("alpha", "text"), HasSubstr("'alpha' is of the wrong type"));
  EXPECT_THAT(of_gemm("alpha", std::numeric_limits<float>::quiet_NaN()), HasSubstr("'alpha' is nan"));
}

TEST(Onnx, WindowsThatOurLayersDoNotHaveAreRefused) {
  const auto of_pool = [](const char* op, std::initializer_list<std::pair<const char*, Sizes>> attributes) {
    return refused_on_planes(op, [&](OnnxFile&, onnx::NodeProto& node) {
      for (const auto& [name, values] : attributes)
        if (values.size() == 1)
          set(node, name, values[0]);
        else
          set(node, name, values);
    });
  };
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 3}}}), HasSubstr("the size of the window is [2, 3]"));
  EXPECT_THAT(of_pool("MaxPool", {}), HasSubstr("the size of the window is []"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"strides", {1, 2}}}), HasSubstr("strides is [1, 2]"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {3, 3}}, {"pads", {0, 0, 1, 1}}}),
              HasSubstr("pads is [0, 0, 1, 1]"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"dilations", {2, 2}}}), HasSubstr("dilations"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {4, 4}}, {"strides", {4, 4}}, {"ceil_mode", {1}}}),
              HasSubstr("ceil_mode"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"pads", {2, 2, 2, 2}}}), HasSubstr("at most half"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {9, 9}}}), HasSubstr("does not fit"));
  EXPECT_THAT(of_pool("AveragePool", {{"kernel_shape", {3, 3}}, {"pads", {1, 1, 1, 1}}}),
              HasSubstr("count_include_pad"));
}

TEST(Onnx, ConvolutionsThatDoNotFitAreRefused) {
  const auto of_kernel = [](const Sizes& shape, std::int64_t groups = 1) {
    return refused_on_planes("Conv",
                             [&](OnnxFile& file, onnx::NodeProto& node) {
                               file.tensor("k", shape);
                               set(node, "group", groups);
                             },
                             {"c", "k"});
  };
  EXPECT_THAT(of_kernel({2, 3, 1, 1}), HasSubstr("its weights are for 3 channels"));
  EXPECT_THAT(of_kernel({2, 2, 3}), HasSubstr("its input 2 is of the shape [2, 2, 3]"));
  EXPECT_THAT(of_kernel({2, 2, 1, 3}), HasSubstr("the size of the window is [1, 3]"));
  EXPECT_THAT(of_kernel({2, 2, 7, 7}), HasSubstr("does not fit"));
  EXPECT_THAT(of_kernel({2, 2, 1, 1}, 0), HasSubstr("0 groups"));
  EXPECT_THAT(of_kernel({2, 2, 1, 1}, 2), HasSubstr("its weights are for 2 channels"));
}

TEST(Onnx, OtherShapesAndModesAreRefused) {
  const auto of_reshape = [](const Sizes& shape) {
    return refused_on_planes("Reshape", [&](OnnxFile& file, onnx::NodeProto&) { file.integers("s", shape); },
                             {"c", "s"});
  };
  EXPECT_THAT(of_reshape({5, -1}), HasSubstr("fixes the number of images to 5"));
  EXPECT_THAT(of_reshape({-1, 71}), HasSubstr("it gives [-1, 71]"));
  EXPECT_THAT(of_reshape({-1, -1}), HasSubstr("it gives [-1, -1]"));
  EXPECT_THAT(of_reshape({0, 7, -1, 1}), HasSubstr("it gives"));
  EXPECT_THAT(of_reshape({-1, 2, 36}), HasSubstr("it gives"));
  EXPECT_THAT(of_reshape({-1, 100000000, 100000000, 100000000}), HasSubstr("it gives"));
  EXPECT_THAT(refused_on_planes("Pad",
                                [](OnnxFile& f, onnx::NodeProto&) {
                                  f.integers("q", {0, 0, 1, 1, 0, 0, 1, 1});
                                },
                                {"c", "q"}),
              HasSubstr("it adds [0, 0, 1, 1, 0, 0, 1, 1] cells"));
  const auto nothing = [](OnnxFile&, onnx::NodeProto&) {};
  EXPECT_THAT(refused_on_planes("Softmax", nothing), HasSubstr("its input is of the shape [images, 2, 6, 6]"));
  EXPECT_THAT(refused_on_planes("Add", nothing, {"c", "w"}), HasSubstr("one number a channel"));
  EXPECT_THAT(refused_on_planes("Add", nothing, {"c", "x"}), HasSubstr("adds the input of the network"));
  EXPECT_THAT(refused_on_planes("Relu", nothing, {"x"}), HasSubstr("no layer with weights"));
  EXPECT_THAT(refused_on_planes("Flatten", [](OnnxFile&, onnx::NodeProto& n) { set(n, "axis", std::int64_t{2}); }),
              HasSubstr("axis is 2"));
  EXPECT_THAT(refused_on_planes("BatchNormalization",
                                [](OnnxFile& f, onnx::NodeProto&) {
                                  f.tensor("v", {2}, {1, -1});
                                },
                                {"c", "v", "v", "v", "v"}),
              HasSubstr("the variance of channel 1 is -1"));
  EXPECT_THAT(
      refused_on_planes("Dropout", [](OnnxFile& f, onnx::NodeProto&) { f.tensor("v", {1}, {1.5F}); }, {"c", "v"}),
      HasSubstr("a share of 1.5 to drop"));
}

TEST(Onnx, AFileThatIsCutOrNoneIsRefused) {
  const Scratch folder;
  const auto refused_bytes = [&](const std::string& bytes) {
    write_text(folder / "cut.onnx", bytes);
    return error_of([&] { (void)read_onnx(folder / "cut.onnx"); }, typeid(BadData));
  };
  const std::string whole = perceptron().model.SerializeAsString();
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_THAT(refused_bytes(whole.substr(0, length)), HasSubstr("cut.onnx: ")) << length;
  EXPECT_THAT(refused_bytes("no network at all\n"), HasSubstr("not an ONNX file"));
  EXPECT_THAT(error_of([&] { (void)read_onnx(folder / "absent.onnx"); }, typeid(BadData)), HasSubstr("absent.onnx"));
  EXPECT_THAT(error_of([&] { (void)read_onnx(folder.path()); }, typeid(BadData)), HasSubstr("cannot be read"));
}

TEST(Onnx, NoChangedByteBringsItDown) {
  expect_no_changed_byte_brings_it_down(perceptron());
}

}  // namespace
}  // namespace ohmcarlo::test
