// The global_average_pooling operation.

#include "network/pooling_cases.hpp"

namespace ohmcarlo {
namespace global_average_pooling_test {

using gradients::LayerTrial;
using pooling::Case;
using pooling::kShapes;

TEST(GlobalAveragePooling, GivesTheMeanOfEveryChannel) {
  const LayerTrial trial(global_average_pooling("pool1", {3, 2, 5}));
  const Matrix<double> y = trial.forward();
  ASSERT_EQ(y.cols(), 3);
  for (Index image = 0; image < 3; ++image)
    for (Index channel = 0; channel < 3; ++channel)
      EXPECT_NEAR(y(image, channel), trial.x.row(image).segment(10 * channel, 10).mean(), 1e-15);
}

TEST(GlobalAveragePooling, GradientsMatchFiniteDifferences) {
  for (const Case& shape : kShapes) LayerTrial(global_average_pooling("global", shape.in)).expect_gradients();
}

TEST(GlobalAveragePooling, TreatsChipsSideBySideAlike) {
  pooling::expect_chips_apart(global_average_pooling("global", {2, 5, 7}));
}

}  // namespace global_average_pooling_test
}  // namespace ohmcarlo
