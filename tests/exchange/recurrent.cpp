// LSTM, GRU and RNN.

#include "exchange/onnx_lstm.hpp"

namespace ohmcarlo::test {
namespace recurrent_test {

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

/// x [steps, sequences, 1] -> `op` of one unit with `gates` gates -> Squeeze -> z.
OnnxFile other_unit(const char* op, std::int64_t gates) {
  OnnxFile file({-1, 1});
  file.graph().mutable_output(0)->set_name("z");
  file.tensor("w", {1, gates, 1});
  file.tensor("r", {1, gates, 1});
  file.tensor("b", {1, 2 * gates});
  file.node(op, {"x", "w", "r", "b"}, "y");
  squeeze(file, 1);
  return file;
}

TEST(OnnxSequences, GatedAndPlainUnitsAreRead) {
  OnnxFile file = other_unit("GRU", 3);
  EXPECT_EQ(read(file).spec.layers[0].operation->kind(), "gru");
  EXPECT_FLOAT_EQ(read(file).state.parameters[0].bias(2), 0.3F + 0.6F);
  set(*file.graph().mutable_node(0), "linear_before_reset", std::int64_t{1});
  EXPECT_FLOAT_EQ(read(file).state.parameters[0].bias(2), 0.3F);
  EXPECT_FLOAT_EQ(read(file).state.parameters[0].bias(1), 0.2F + 0.5F);
  EXPECT_EQ(read(other_unit("RNN", 1)).spec.layers[0].name, "rnn1");
}

TEST(OnnxSequences, AUnitOfBothDirectionsIsRefusedByItsName) {
  for (const auto& [op, gates] : {std::pair{"GRU", 3}, std::pair{"RNN", 1}, std::pair{"LSTM", 4}}) {
    OnnxFile file = other_unit(op, gates);
    set(*file.graph().mutable_node(0), "direction", "bidirectional");
    EXPECT_THAT(refused(file), HasSubstr(fmt::format("({}): direction is 'bidirectional' (allowed: forward)", op)));
  }
}

}  // namespace recurrent_test
}  // namespace ohmcarlo::test
