// The max_pooling operation.

#include <limits>

#include "network/pooling_cases.hpp"

namespace ohmcarlo {
namespace max_pooling_test {

using gradients::LayerTrial;
using pooling::by_loops;
using pooling::Case;
using pooling::kShapes;

TEST(MaxPooling, GivesTheLargestUnderEveryWindow) {
  for (const Case& shape : kShapes) {
    const LayerTrial trial(max_pooling("pool1", shape.in, shape.window));
    EXPECT_EQ(trial.forward(), by_loops(trial, shape.window,
                                        [](const auto& seen) { return *std::max_element(seen.begin(), seen.end()); }));
  }
}

TEST(MaxPooling, PaddingIsNeverTheLargest) {
  LayerTrial trial(max_pooling("pool1", {1, 3, 3}, {3, 1, 1}));
  trial.x.setConstant(-5);
  EXPECT_EQ(trial.forward(), Matrix<double>::Constant(3, 9, -5));
}

TEST(MaxPooling, TheFirstOfEqualsTakesTheGradient) {
  LayerTrial trial(max_pooling("pool1", {1, 2, 2}, {2, 2, 0}), 1);
  trial.x << 1, 7, 7, 7;
  const Matrix<double> grad_x = trial.backward();
  EXPECT_EQ(grad_x(0, 1), trial.factors(0, 0));
  EXPECT_EQ(grad_x.cwiseAbs().sum(), std::abs(trial.factors(0, 0)));
}

TEST(MaxPooling, PassesNaNOn) {
  for (const Index stride : {1, 2})
    for (Index at = 0; at < 4; ++at) {
      LayerTrial trial(max_pooling("pool1", {1, 2, 2}, {2, stride, 0}), 1);
      trial.x(0, at) = std::numeric_limits<double>::quiet_NaN();
      EXPECT_TRUE(std::isnan(trial.forward()(0, 0))) << stride << " " << at;
    }
}

TEST(MaxPooling, GradientsMatchFiniteDifferences) {
  for (const Case& shape : kShapes) LayerTrial(max_pooling("max", shape.in, shape.window)).expect_gradients();
}

TEST(MaxPooling, TreatsChipsSideBySideAlike) {
  pooling::expect_chips_apart(max_pooling("max", {2, 5, 7}, {3, 2, 1}));
}

}  // namespace max_pooling_test
}  // namespace ohmcarlo
