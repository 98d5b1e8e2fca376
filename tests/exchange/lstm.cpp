// LSTM.

#include "exchange/onnx_lstm.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::HasSubstr;

TEST(OnnxSequences, TheStateAfterTheLastStepIsTheLastFrame) {
  const ImportedNetwork network = read(one_unit([](OnnxFile& file) {
    file.graph().mutable_node(0)->set_output(0, "");
    file.graph().mutable_node(0)->add_output("h");
    file.integers("axes", {0});
    file.node("Squeeze", {"h", "axes"}, "z");
  }));
  ASSERT_EQ(network.spec.layers.size(), 2U);
  EXPECT_EQ(network.spec.layers[1].operation->kind(), "last_frame");
}

TEST(OnnxSequences, LstmsOfOtherShapesAreRefused) {
  const auto with = [](const char* tensor, const Sizes& shape) {
    return refused_of_lstm([&](OnnxFile& f) {
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
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) {
                set(*f.graph().mutable_node(0), "hidden_size", std::int64_t{2});
                squeeze(f, 1);
              }),
              HasSubstr("hidden_size is not 1"));
  EXPECT_THAT(refused_of_lstm([](OnnxFile& f) {
                f.graph().mutable_node(0)->add_output("");
                f.graph().mutable_node(0)->add_output("c");
                f.node("Relu", {"c"}, "z");
              }),
              HasSubstr("node 'n1' (LSTM): its output 3 is not supported"));
}

}  // namespace
}  // namespace ohmcarlo::test
