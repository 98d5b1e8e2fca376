#include "exchange/onnx_sequences.hpp"

#include "exchange/onnx_lstm.hpp"

namespace ohmcarlo::test {
namespace onnx_sequences_test {

TEST(OnnxSequences, GatesComeInTheOrderOfOurs) {
  const ImportedNetwork network = read(one_unit([](OnnxFile& file) { squeeze(file, 1); }));
  ASSERT_EQ(network.spec.layers.size(), 1U);
  EXPECT_EQ(network.spec.layers[0].operation->kind(), "lstm");
  EXPECT_EQ(network.spec.inputs, 1);
  const LayerParameters<float>& parameters = network.state.parameters[0];
  Matrix<float> weights(4, 2);
  weights << 1, 5, 3, 7, 4, 8, 2, 6;  // i, f, g, o of [x, h]
  EXPECT_EQ(parameters.weights, weights);
  EXPECT_THAT(std::vector<float>(parameters.bias.begin(), parameters.bias.end()), testing::ElementsAre(11, 33, 44, 22));
}

TEST(OnnxSequences, NoChangedByteBringsItDown) {
  expect_no_changed_byte_brings_it_down(one_unit([](OnnxFile& file) { squeeze(file, 1); }));
}

}  // namespace onnx_sequences_test
}  // namespace ohmcarlo::test
