// Gemm and MatMul.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace {

TEST(Onnx, APerceptronGivesWhatItsFormulaSays) {
  // h = 0.1 [1+2+3+4, 5+6+7+8, 9+10+11+12] + [0.1, 0.2, 0.3] = [1.1, 2.8, 4.5]; y = h v.
  const Vector<float> y = outputs(read(perceptron()), {1, 1, 1, 1});
  EXPECT_NEAR(y(0), 1.1 * 0.1 + 2.8 * 0.3 + 4.5 * 0.5, 1e-5);
  EXPECT_NEAR(y(1), 1.1 * 0.2 + 2.8 * 0.4 + 4.5 * 0.6, 1e-5);
}

}  // namespace
}  // namespace ohmcarlo::test
