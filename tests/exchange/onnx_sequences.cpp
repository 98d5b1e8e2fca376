#include <functional>

#include <gmock/gmock.h>

#include "exchange/onnx.hpp"
#include "exchange/onnx_files.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::HasSubstr;

ImportedNetwork read(const OnnxFile& file) {
  const Scratch folder;
  return read_onnx(file.write(folder));
}

/// x [steps, sequences, 1] -> LSTM of one cell -> y [steps, 1, sequences, 1] -> whatever `rest` adds, which gives "z".
OnnxFile one_cell(const std::function<void(OnnxFile&)>& rest) {
  OnnxFile file({-1, 1});
  file.graph().mutable_output(0)->set_name("z");
  file.tensor("w", {1, 4, 1}, {1, 2, 3, 4});  // i, o, f, c
  file.tensor("r", {1, 4, 1}, {5, 6, 7, 8});
  file.tensor("b", {1, 8}, {10, 20, 30, 40, 1, 2, 3, 4});
  file.node("LSTM", {"x", "w", "r", "b"}, "y");
  rest(file);
  return file;
}

std::string refused(const std::function<void(OnnxFile&)>& rest) {
  return error_of([&] { (void)read(one_cell(rest)); }, typeid(BadData));
}

void squeeze(OnnxFile& file, std::int64_t axis) {
  file.integers("axes", {axis});
  file.node("Squeeze", {"y", "axes"}, "z");
}

TEST(OnnxSequences, GatesComeInTheOrderOfOurs) {
  const ImportedNetwork network = read(one_cell([](OnnxFile& file) { squeeze(file, 1); }));
  ASSERT_EQ(network.spec.layers.size(), 1U);
  EXPECT_EQ(network.spec.layers[0].kind, LayerKind::lstm);
  EXPECT_EQ(network.spec.inputs, 1);
  const LayerParameters<float>& parameters = network.state.parameters[0];
  Matrix<float> weights(4, 2);
  weights << 1, 5, 3, 7, 4, 8, 2, 6;  // i, f, g, o of [x, h]
  EXPECT_EQ(parameters.weights, weights);
  EXPECT_THAT(std::vector<float>(parameters.bias.begin(), parameters.bias.end()), testing::ElementsAre(11, 33, 44, 22));
}

TEST(OnnxSequences, TheStateAfterTheLastStepIsTheLastFrame) {
  const ImportedNetwork network = read(one_cell([](OnnxFile& file) {
    file.graph().mutable_node(0)->set_output(0, "");
    file.graph().mutable_node(0)->add_output("h");
    file.integers("axes", {0});
    file.node("Squeeze", {"h", "axes"}, "z");
  }));
  ASSERT_EQ(network.spec.layers.size(), 2U);
  EXPECT_EQ(network.spec.layers[1].kind, LayerKind::last);
}

TEST(OnnxSequences, AxesThatWouldMixFramesAreRefused) {
  EXPECT_THAT(refused([](OnnxFile& f) { squeeze(f, 2); }), HasSubstr("node 'n2' (Squeeze): it takes away axis 2"));
  EXPECT_THAT(refused([](OnnxFile& f) { squeeze(f, 4); }), HasSubstr("it takes away axis 4"));
  EXPECT_THAT(refused([](OnnxFile& f) { f.node("Squeeze", {"y"}, "z"); }), HasSubstr("does not say which axes"));
  EXPECT_THAT(refused([](OnnxFile& f) { f.node("Relu", {"y"}, "z"); }),
              HasSubstr("its output 'z' is of the shape [frames, 1, frames, 1]"));
  EXPECT_THAT(refused([](OnnxFile& f) { f.node("Flatten", {"y"}, "z"); }), HasSubstr("frames of sequences"));
  EXPECT_THAT(refused([](OnnxFile& f) { f.node("GlobalAveragePool", {"y"}, "z"); }),
              HasSubstr("its input is of the shape [frames, 1, frames, 1]"));
  const auto after = [](const char* op, const Sizes& numbers) {
    return refused([&](OnnxFile& f) {
      f.integers("numbers", numbers);
      f.node(op, {"y", "numbers"}, "z");
    });
  };
  EXPECT_THAT(after("Gather", {-1}), HasSubstr("its output 'z' is of the shape [1, 1, frames, 1]"));
  EXPECT_THAT(after("Gather", {0}), HasSubstr("it takes others than the last time step"));
  EXPECT_THAT(after("Gather", {-1, -1}), HasSubstr("it takes others than the last time step"));
  EXPECT_THAT(after("Reshape", {-1, 1}), HasSubstr("it gives [-1, 1] (allowed of sequences"));
  EXPECT_THAT(after("Reshape", {-1, -1, 1}), HasSubstr("it gives [-1, -1, 1]"));
  EXPECT_THAT(after("Reshape", {0, 5, 1}), HasSubstr("it gives [0, 5, 1]"));
  EXPECT_THAT(after("Reshape", {}), HasSubstr("it gives []"));
  const auto turned = [](const Sizes& order) {
    return refused([&](OnnxFile& f) { set(f.node("Transpose", {"y"}, "z"), "perm", order); });
  };
  EXPECT_THAT(turned({0, 1, 2}), HasSubstr("perm is [0, 1, 2] for 4 axes"));
  EXPECT_THAT(turned({0, 1, 2, 2}), HasSubstr("perm is [0, 1, 2, 2] for 4 axes"));
}

TEST(OnnxSequences, TimeStepsStayTimeSteps) {
  const std::string line = refused([](OnnxFile& f) {
    f.integers("axes", {1});
    f.node("Squeeze", {"y", "axes"}, "s");
    set(f.node("Transpose", {"s"}, "t"), "perm", Sizes{1, 0, 2});
    f.node("LSTM", {"t", "w", "r", "b"}, "u");
    f.node("Squeeze", {"u", "axes"}, "z");
  });
  EXPECT_THAT(line, HasSubstr("node 'n4' (LSTM): its time steps are what another LSTM takes for sequences"));
}

TEST(OnnxSequences, NoChangedByteBringsItDown) {
  expect_no_changed_byte_brings_it_down(one_cell([](OnnxFile& file) { squeeze(file, 1); }));
}

TEST(OnnxSequences, CellsOfOtherShapesAreRefused) {
  const auto with = [](const char* tensor, const Sizes& shape) {
    return refused([&](OnnxFile& f) {
      f.tensor("other", shape);
      for (std::string& input : *f.graph().mutable_node(0)->mutable_input())
        if (input == tensor) input = "other";
      squeeze(f, 1);
    });
  };
  EXPECT_THAT(with("w", {1, 4, 2}), HasSubstr("its input 2 is of the shape [1, 4, 2] (allowed: [1, 4, 1])"));
  EXPECT_THAT(with("w", {2, 4, 1}), HasSubstr("its input 2 is of the shape [2, 4, 1]"));
  EXPECT_THAT(with("r", {1, 8, 1}), HasSubstr("its input 3 is of the shape [1, 8, 1] (allowed: [1, 4, 1])"));
  EXPECT_THAT(with("r", {}), HasSubstr("its input 3 is of the shape []"));
  EXPECT_THAT(with("b", {1, 4}), HasSubstr("its input 4 is of the shape [1, 4] (allowed: [1, 8])"));
  EXPECT_THAT(refused([](OnnxFile& f) {
                set(*f.graph().mutable_node(0), "hidden_size", std::int64_t{2});
                squeeze(f, 1);
              }),
              HasSubstr("hidden_size is not 1"));
  EXPECT_THAT(refused([](OnnxFile& f) {
                f.graph().mutable_node(0)->add_output("");
                f.graph().mutable_node(0)->add_output("c");
                f.node("Relu", {"c"}, "z");
              }),
              HasSubstr("node 'n1' (LSTM): its output 3 is not supported"));
}

}  // namespace
}  // namespace ohmcarlo::test
