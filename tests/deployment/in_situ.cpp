#include "deployment/in_situ.hpp"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "deployment/calibrate.hpp"
#include "deployment/chip_pass.hpp"
#include "deployment/small_chip.hpp"
#include "deployment/standards.hpp"
#include "network/loss.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace in_situ_test {

using small::Chip;
using small::kNoPoll;

double loss_of(const Chip& chip, const Batch& batch) {
  const ChipPass pass(chip.arrays, batch.x.rows(), Purpose::in_situ_read, 0, kNoPoll);
  Activations<float> activations;
  const View<const float> logits = chip.arrays.network().forward(batch.x, pass.weights(), activations);
  Matrix<float> grad(logits.rows, logits.cols);
  return softmax_cross_entropy(logits, batch.labels, View<float>(grad));
}

/// Moves one weight of the chip by `change`, half of it on each cell.
void move(Chip& chip, std::size_t layer, Index output, Index input, double change) {
  const auto steps = static_cast<float>(change / chip.arrays.layer(layer).weight_unit() / 2);
  chip.arrays.layer(layer).rewrite([&](Matrix<float>& positive, Matrix<float>& negative) {
    positive(input, output) += steps;
    negative(input, output) -= steps;
  });
}

// Central differences of the loss by single weights of the chip, calibrated or not: float sums, hence the wide step.
TEST(ChipGradient, IsTheFiniteDifferenceThroughTheCalibratedChip) {
  for (const Index groups : {0, 1, 5}) {
    Chip chip;
    LayerStandards standards;
    if (groups > 0) {
      standards =
          standard_inputs({StandardForm::projection, StandardKind::mean, groups, 1}, chip.arrays, chip.seen, kNoPoll);
      calibrate(chip.arrays, standards, 1, 0, kNoPoll);
    }
    const Batch batch = chip.batch(40);
    const NetworkGradient<float> gradient = chip_gradient(chip.arrays, batch, 0, kNoPoll);
    constexpr double kStep = 4e-3;
    for (std::size_t layer = 0; layer < 3; ++layer) {
      const double largest = gradient.parameters[layer].weights.cwiseAbs().maxCoeff();
      for (Index k = 0; k < 12; ++k) {
        const Index output = k * 7 % gradient.parameters[layer].weights.rows();
        const Index input = k * 5 % gradient.parameters[layer].weights.cols();
        move(chip, layer, output, input, kStep);
        const double above = loss_of(chip, batch);
        move(chip, layer, output, input, -2 * kStep);
        const double below = loss_of(chip, batch);
        move(chip, layer, output, input, kStep);
        EXPECT_NEAR(gradient.parameters[layer].weights(output, input), (above - below) / (2 * kStep), 0.02 * largest)
            << layer << " " << k << " " << groups;
      }
    }
  }
}

TEST(InSituTraining, LowersTheLossAndLeavesStuckCells) {
  Chip chip(small::defective(0.3));
  const Batch batch = chip.batch(350);
  const double before = loss_of(chip, batch);
  const InSituOptions options{.learning_rate = 0.1};
  InSituTraining training(chip.arrays, chip.seen, options);
  EXPECT_GT(training.train(150, kNoPoll), 0U);
  EXPECT_EQ(training.updates(), 150);
  EXPECT_LT(loss_of(chip, batch), 0.8 * before);
  for (std::size_t layer = 0; layer < 3; ++layer)
    for (const bool negative : {false, true}) {
      const Matrix<float> cells = chip.cells(layer, negative);
      const std::vector<std::uint8_t> kinds = chip.kinds(layer, negative);
      for (std::size_t i = 0; i < kinds.size(); ++i)
        if (is_stuck(kinds[i])) {
          ASSERT_EQ(cells.data()[i], 0);
        }
    }
}

TEST(InSituTraining, InPartsIsTheSame) {
  const InSituOptions options{.batch = 20, .write_sigma = 0.2};
  Chip whole, parts;
  InSituTraining one(whole.arrays, whole.seen, options), several(parts.arrays, parts.seen, options);
  std::uint64_t writes = 0;
  for (const int count : {3, 1, 6}) writes += several.train(count, kNoPoll);
  EXPECT_EQ(one.train(10, kNoPoll), writes);
  for (std::size_t layer = 0; layer < 3; ++layer) EXPECT_EQ(whole.cells(layer, true), parts.cells(layer, true));
}

}  // namespace in_situ_test
}  // namespace ohmcarlo
