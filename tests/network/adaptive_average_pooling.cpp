// The adaptive_average_pooling operation.

#include "network/pooling_cases.hpp"

namespace ohmcarlo {
namespace adaptive_average_pooling_test {

using gradients::LayerTrial;

struct Parts {
  Planes in;
  Index size;
};
// Parts that fit, that overlap, that are one each, and more parts than cells.
const Parts kParts[] = {{{2, 6, 4}, 2}, {{2, 8, 5}, 3}, {{1, 32, 32}, 6},
                        {{3, 2, 5}, 1}, {{2, 3, 3}, 3}, {{1, 2, 3}, 4}};

// The parts as torch has them, found in rational numbers: cell c of n lies in part i of p where the intervals
// [i/p, (i+1)/p) and [c/n, (c+1)/n) share more than a point.
TEST(AdaptiveAveragePooling, GivesTheMeanOfTheCellsThatEveryPartTouches) {
  for (const Parts& parts : kParts) {
    const LayerTrial trial(adaptive_average_pooling("pool1", parts.in, parts.size));
    const Matrix<double> y = trial.forward();
    ASSERT_EQ(y.cols(), parts.in.channels * parts.size * parts.size);
    const auto touches = [&](Index part, Index cell, Index cells) {
      return part * cells < (cell + 1) * parts.size && cell * parts.size < (part + 1) * cells;
    };
    for (Index image = 0; image < y.rows(); ++image)
      for (Index feature = 0; feature < y.cols(); ++feature) {
        const Index channel = feature / (parts.size * parts.size);
        const Index down = feature / parts.size % parts.size, along = feature % parts.size;
        double sum = 0, cells = 0;
        for (Index row = 0; row < parts.in.height; ++row)
          for (Index column = 0; column < parts.in.width; ++column)
            if (touches(down, row, parts.in.height) && touches(along, column, parts.in.width)) {
              sum += trial.x(image, (channel * parts.in.height + row) * parts.in.width + column);
              ++cells;
            }
        EXPECT_NEAR(y(image, feature), sum / cells, 1e-14) << parts.in.height << " to " << parts.size;
      }
  }
}

TEST(AdaptiveAveragePooling, GradientsMatchFiniteDifferences) {
  for (const Parts& parts : kParts)
    LayerTrial(adaptive_average_pooling("parts", parts.in, parts.size)).expect_gradients();
}

TEST(AdaptiveAveragePooling, TreatsChipsSideBySideAlike) {
  pooling::expect_chips_apart(adaptive_average_pooling("parts", {2, 5, 7}, 3));
}

}  // namespace adaptive_average_pooling_test
}  // namespace ohmcarlo
