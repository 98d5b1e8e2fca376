// Transpose, Squeeze and Gather.

#include "exchange/onnx_lstm.hpp"

namespace ohmcarlo::test {
namespace sequences_test {

using ::testing::HasSubstr;

TEST(OnnxSequences, AxesThatWouldMixFramesAreRefused) {
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { squeeze(f, 2); }),
              HasSubstr("node 'n2' (Squeeze): it takes away axis 2"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { squeeze(f, 4); }), HasSubstr("it takes away axis 4"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { f.node("Squeeze", {"y"}, "z"); }),
              HasSubstr("does not say which axes"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { f.node("Relu", {"y"}, "z"); }),
              HasSubstr("its output 'z' is of the shape [frames, 1, frames, 1]"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { f.node("Flatten", {"y"}, "z"); }), HasSubstr("frames of sequences"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) { f.node("GlobalAveragePool", {"y"}, "z"); }),
              HasSubstr("its input is of the shape [frames, 1, frames, 1]"));
  const auto after = [](const char* op, const Sizes& numbers) {
    return refused_of_lstm([&](OnnxFile& f) {
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
    return refused_of_lstm([&](OnnxFile& f) { set(f.node("Transpose", {"y"}, "z"), "perm", order); });
  };
  EXPECT_THAT(turned({0, 1, 2}), HasSubstr("perm is [0, 1, 2] for 4 axes"));
  EXPECT_THAT(turned({0, 1, 2, 2}), HasSubstr("perm is [0, 1, 2, 2] for 4 axes"));
}

TEST(OnnxSequences, TimeStepsStayTimeSteps) {
  const std::string line = refused_of_lstm([](OnnxFile& f) {
    f.integers("axes", {1});
    f.node("Squeeze", {"y", "axes"}, "s");
    set(f.node("Transpose", {"s"}, "t"), "perm", Sizes{1, 0, 2});
    f.node("LSTM", {"t", "w", "r", "b"}, "u");
    f.node("Squeeze", {"u", "axes"}, "z");
  });
  EXPECT_THAT(line, HasSubstr("node 'n4' (LSTM): its time steps are what another recurrent node takes for sequences"));
}

}  // namespace sequences_test
}  // namespace ohmcarlo::test
