// BatchNormalization.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace normalisation_test {

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

}  // namespace normalisation_test
}  // namespace ohmcarlo::test
