#include "deployment/chip_pass.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace chip_pass_test {

using small::Chip;
using small::kNoPoll;

// Without noise a pass is the clean network's with the weights that the cells hold.
TEST(ChipPass, RunsThroughTheWeightsThatTheCellsHold) {
  const Chip chip;
  const Batch batch = chip.batch(7);
  std::vector<std::size_t> seen;
  const ChipPass pass(chip.arrays, 7, Purpose::probe_read, 0, kNoPoll, {},
                      [&](std::size_t layer, Index /*group*/, View<const float> x, View<const float> y) {
                        EXPECT_EQ(x.cols, chip.state.parameters[layer].weights.cols());
                        EXPECT_EQ(y.cols, chip.state.parameters[layer].weights.rows());
                        seen.push_back(layer);
                      });
  Activations<float> activations, expected;
  const Matrix<float> logits = chip.arrays.network().forward(batch.x, pass.weights(), activations).map();
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2}));

  Parameters<float> held = chip.state.parameters;
  const std::vector<Matrix<float>> effective = effective_weights(chip.arrays);
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_GT((effective[i] - held[i].weights).cwiseAbs().maxCoeff(), 0.01F);
    held[i].weights = effective[i];
  }
  const MatrixPass<float> digital(held);
  const Matrix<float> wanted = chip.arrays.network().forward(batch.x, digital.weights(), expected).map();
  EXPECT_LT((logits - wanted).cwiseAbs().maxCoeff(), 1e-4F);
}

TEST(ChipPass, EveryRoundHasNoiseOfItsOwn) {
  ArrayOptions noisy = small::defective();
  noisy.read_noise = {0.1F, 0, 0};
  const Chip chip(noisy);
  const Batch batch = chip.batch(3);
  const auto logits = [&](Purpose stage, std::uint64_t round) {
    const ChipPass pass(chip.arrays, 3, stage, round, kNoPoll);
    Activations<float> activations;
    return Matrix<float>(chip.arrays.network().forward(batch.x, pass.weights(), activations).map());
  };
  const Matrix<float> first = logits(Purpose::probe_read, 0);
  EXPECT_EQ(logits(Purpose::probe_read, 0), first);
  EXPECT_NE(logits(Purpose::probe_read, 1), first);
  EXPECT_NE(logits(Purpose::in_situ_read, 0), first);
}

}  // namespace chip_pass_test
}  // namespace ohmcarlo
