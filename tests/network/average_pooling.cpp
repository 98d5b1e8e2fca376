// The average_pooling operation.

#include "network/pooling_cases.hpp"

namespace ohmcarlo {
namespace average_pooling_test {

using gradients::LayerTrial;
using pooling::by_loops;
using pooling::Case;
using pooling::kShapes;

TEST(AveragePooling, GivesTheMeanWithPaddingAsZeros) {
  for (const Case& shape : kShapes) {
    const LayerTrial trial(average_pooling("pool1", shape.in, shape.window));
    const double cells = static_cast<double>(shape.window.size.rows * shape.window.size.columns);
    const Matrix<double> expected = by_loops(trial, shape.window, [&](const auto& seen) {
      double sum = 0;
      for (const double value : seen) sum += value;
      return sum / cells;
    });
    EXPECT_LT((trial.forward() - expected).cwiseAbs().maxCoeff(), 1e-15);
  }
}

TEST(AveragePooling, GradientsMatchFiniteDifferences) {
  for (const Case& shape : kShapes) LayerTrial(average_pooling("mean", shape.in, shape.window)).expect_gradients();
}

TEST(AveragePooling, TreatsChipsSideBySideAlike) {
  pooling::expect_chips_apart(average_pooling("mean", {2, 5, 7}, {3, 2, 1}));
}

}  // namespace average_pooling_test
}  // namespace ohmcarlo
