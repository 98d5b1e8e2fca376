// Gemm and MatMul.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace dense_test {

TEST(Onnx, APerceptronGivesWhatItsFormulaSays) {
  // h = 0.1 [1+2+3+4, 5+6+7+8, 9+10+11+12] + [0.1, 0.2, 0.3] = [1.1, 2.8, 4.5]; y = h v.
  const Vector<float> y = outputs(read(perceptron()), {1, 1, 1, 1});
  EXPECT_NEAR(y(0), 1.1 * 0.1 + 2.8 * 0.3 + 4.5 * 0.5, 1e-5);
  EXPECT_NEAR(y(1), 1.1 * 0.2 + 2.8 * 0.4 + 4.5 * 0.6, 1e-5);
}

// The biases are the same for all features: they are no number of a channel of the input, which has one.
TEST(Onnx, EqualBiasesBelongToFeatures) {
  OnnxFile file({1, 1, 2});
  file.tensor("w", {3, 2}, std::vector<float>(6, 1));
  file.tensor("b", {3}, {2, 2, 2});
  file.node("Flatten", {"x"}, "f");
  set(file.node("Gemm", {"f", "w", "b"}, "y"), "transB", std::int64_t{1});
  EXPECT_EQ(outputs(read(file), {1, 2}), Vector<float>::Constant(3, 5));
}

}  // namespace dense_test
}  // namespace ohmcarlo::test
