#include "network/lstm_step.hpp"

#include <cmath>

#include "network/gradients.hpp"

namespace ohmcarlo {
namespace lstm_step_test {

// Hochreiter's equations in double, for as many units as fill no vector, one and several.
TEST(LstmStep, FollowsTheEquationsWhereverAUnitStands) {
  for (const Index hidden : {1, 5, 16, 35}) {
    Matrix<double> sums(3, 4 * hidden), before(3, hidden), bias(4 * hidden, 1);
    gradients::fill(sums, 1);
    gradients::fill(before, 2);
    gradients::fill(bias, 3);
    Matrix<float> gates = sums.cast<float>(), previous = before.cast<float>(), cell(3, hidden), squashed(3, hidden),
                  h(3, hidden);
    lstm_step<float>(
        {View<float>(gates), View<const float>(previous), View<float>(cell), View<float>(squashed), View<float>(h)},
        Vector<float>(bias.col(0).cast<float>()), nullptr);
    const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
    for (Index row = 0; row < 3; ++row)
      for (Index j = 0; j < hidden; ++j) {
        const auto sum = [&](Index gate) { return sums(row, gate * hidden + j) + bias(gate * hidden + j, 0); };
        const double c = logistic(sum(1)) * before(row, j) + logistic(sum(0)) * std::tanh(sum(2));
        EXPECT_NEAR(double{cell(row, j)}, c, 1e-6);
        EXPECT_NEAR(double{squashed(row, j)}, std::tanh(c), 1e-6);
        EXPECT_NEAR(double{h(row, j)}, logistic(sum(3)) * std::tanh(c), 1e-6);
        EXPECT_NEAR(double{gates(row, 3 * hidden + j)}, logistic(sum(3)), 1e-6);
      }
  }
}

}  // namespace lstm_step_test
}  // namespace ohmcarlo
