#pragma once
// Windows for poolings, and what they see.

#include <algorithm>
#include <vector>

#include "network/layer_trial.hpp"

namespace ohmcarlo::pooling {

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

inline const Case kShapes[] = {{{3, 4, 6}, {2, 2, 0}},
                               {{2, 5, 7}, {3, 2, 1}},
                               {{1, 5, 5}, {2, 2, 0}},
                               {{2, 4, 3}, {3, 1, 1}},
                               {{2, 3, 3}, {2, 1, 1}},
                               {{1, 7, 4}, {2, 3, 0}},
                               {{2, 3, 3}, {5, 1, 1}},
                               {{2, 6, 5}, {{3, 2}, {1, 2}, {1, 0}}},
                               {{1, 4, 9}, {{1, 4}, {2, 3}, {0, 2}}}};

/// Checks that `node` gives of two chips side by side what it gives of each.
inline void expect_chips_apart(const Node& node) {
  const LayerTrial first(node, 3, 1), second(node, 3, 2);
  Matrix<double> x(3, 2 * first.inputs), y(3, 2 * first.outputs);
  x << first.x, second.x;
  const View<const double> in = x;
  first.kernel->forward({.inputs = {&in, 1}}, y);
  EXPECT_EQ(y.leftCols(first.outputs), first.forward()) << node.name;
  EXPECT_EQ(y.rightCols(first.outputs), second.forward()) << node.name;
}

}  // namespace ohmcarlo::pooling
