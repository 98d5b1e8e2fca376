#include "deployment/standards.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace standards_test {

using small::Chip;
using small::kNoPoll;

// The second layer's standard input is its mean input in the clean network.
TEST(Calibrate, StandardInputsOfLaterLayersAreMeansOfTheCleanNetwork) {
  const Chip chip;
  const std::vector<Vector<float>> means = mean_inputs(chip.arrays, chip.seen, kNoPoll);
  ASSERT_EQ(means.size(), 3U);
  const auto& first = chip.state.parameters[0];
  const Matrix<float> hidden =
      ((chip.batch(400).x * first.weights.transpose()).rowwise() + first.bias.transpose()).cwiseMax(0.0F);
  EXPECT_LT((means[1].transpose() - hidden.colwise().mean()).cwiseAbs().maxCoeff(), 1e-5);
}

}  // namespace standards_test
}  // namespace ohmcarlo
