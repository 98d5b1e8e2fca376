// Pooling operations: max_pooling.cpp and, below, the means that share its cases.

#include <limits>

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace {

using gradients::LayerTrial;

struct Case {
  Planes in;
  Window window;
};

/// Every value under each window, found cell by cell.
template <class Reduce>
Matrix<double> by_loops(const LayerTrial& trial, const Window& window, const Reduce& reduce) {
  const Planes &in = trial.spec.in().planes, &out = trial.spec.out().planes;
  const auto& [size, stride, padding] = window;
  Matrix<double> y(trial.x.rows(), out.features());
  for (Index image = 0; image < y.rows(); ++image)
    for (Index feature = 0; feature < y.cols(); ++feature) {
      const Index channel = feature / out.positions();
      const Index top = feature % out.positions() / out.width * stride.rows - padding.rows;
      const Index left = feature % out.width * stride.columns - padding.columns;
      std::vector<double> seen;
      for (Index row = std::max<Index>(top, 0); row < std::min(top + size.rows, in.height); ++row)
        for (Index column = std::max<Index>(left, 0); column < std::min(left + size.columns, in.width); ++column)
          seen.push_back(trial.x(image, (channel * in.height + row) * in.width + column));
      y(image, feature) = reduce(seen);
    }
  return y;
}

const Case kShapes[] = {{{3, 4, 6}, {2, 2, 0}},
                        {{2, 5, 7}, {3, 2, 1}},
                        {{1, 5, 5}, {2, 2, 0}},
                        {{2, 4, 3}, {3, 1, 1}},
                        {{2, 3, 3}, {2, 1, 1}},
                        {{1, 7, 4}, {2, 3, 0}},
                        {{2, 3, 3}, {5, 1, 1}},
                        {{2, 6, 5}, {{3, 2}, {1, 2}, {1, 0}}},
                        {{1, 4, 9}, {{1, 4}, {2, 3}, {0, 2}}}};

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

TEST(GlobalAveragePooling, GivesTheMeanOfEveryChannel) {
  const LayerTrial trial(global_average_pooling("pool1", {3, 2, 5}));
  const Matrix<double> y = trial.forward();
  ASSERT_EQ(y.cols(), 3);
  for (Index image = 0; image < 3; ++image)
    for (Index channel = 0; channel < 3; ++channel)
      EXPECT_NEAR(y(image, channel), trial.x.row(image).segment(10 * channel, 10).mean(), 1e-15);
}

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

TEST(PoolingLayers, GradientsMatchFiniteDifferences) {
  for (const Parts& parts : kParts)
    LayerTrial(adaptive_average_pooling("parts", parts.in, parts.size)).expect_gradients();
  for (const Case& shape : kShapes) {
    LayerTrial(max_pooling("max", shape.in, shape.window)).expect_gradients();
    LayerTrial(average_pooling("mean", shape.in, shape.window)).expect_gradients();
    LayerTrial(global_average_pooling("global", shape.in)).expect_gradients();
  }
}

TEST(PoolingLayers, TreatChipsSideBySideAlike) {
  for (const Node& spec :
       {max_pooling("max", {2, 5, 7}, {3, 2, 1}), average_pooling("mean", {2, 5, 7}, {3, 2, 1}),
        global_average_pooling("global", {2, 5, 7}), adaptive_average_pooling("parts", {2, 5, 7}, 3)}) {
    const LayerTrial first(spec, 3, 1), second(spec, 3, 2);
    Matrix<double> x(3, 2 * first.inputs), y(3, 2 * first.outputs);
    x << first.x, second.x;
    const View<const double> in = x;
    first.kernel->forward({.inputs = {&in, 1}}, y);
    EXPECT_EQ(y.leftCols(first.outputs), first.forward()) << spec.name;
    EXPECT_EQ(y.rightCols(first.outputs), second.forward()) << spec.name;
  }
}

}  // namespace
}  // namespace ohmcarlo
