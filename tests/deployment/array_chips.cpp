#include "deployment/array_chips.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace {

using small::Chip;
using small::kKey;
using small::kNoPoll;

DeploymentOptions calibration() {
  DeploymentOptions steps;
  steps.calibrate = CalibrateOptions{.form = StandardForm::projection, .standard = StandardKind::ones, .groups = 1000};
  return steps;
}

ArrayNetwork arrays_of(const Chip& chip) {
  return {small::trained_network(small::kSpec, chip.state), {chip.options, true}, *chip.training, chip.test, kNoPoll};
}

// Calibrated group by group, defective chips compute what the clean network does.
TEST(ArrayChips, AreDeployedAfterProgrammingAndSayWhatWasDone) {
  const Chip chip;
  ArrayChips chips(arrays_of(chip), calibration(), chip.seen, kNoPoll);
  ASSERT_EQ(chips.count(), 1);
  chips.program({kKey, 0, 3}, kNoPoll);
  const ChipOutcome bare = chips.evaluate(chip.test->all(), kNoPoll).front();
  EXPECT_TRUE(bare.deployment.error_before.empty());
  EXPECT_EQ(bare.tally.loss_sum, chip.loss());
  chips.deploy(kNoPoll);
  const ChipOutcome deployed = chips.evaluate(chip.test->all(), kNoPoll).front();
  ASSERT_EQ(deployed.deployment.error_before.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GT(deployed.deployment.error_before[i], 1e-3);
    EXPECT_LT(deployed.deployment.error_after[i], 1e-6);
  }
  const Chip clean(small::defective(0));
  EXPECT_NEAR(deployed.tally.loss_sum, clean.loss(), 1e-4 * clean.loss());
  EXPECT_GT(std::abs(bare.tally.loss_sum - clean.loss()), 1e-2 * clean.loss());
}

TEST(ArrayChips, AreAsNewWhenProgrammedAgain) {
  const Chip chip;
  ArrayChips chips(arrays_of(chip), calibration(), chip.seen, kNoPoll), bare(arrays_of(chip));
  chips.program({kKey, 0, 1}, kNoPoll);
  chips.deploy(kNoPoll);
  for (ArrayChips* each : {&chips, &bare}) each->program({kKey, 0, 3}, kNoPoll);
  bare.deploy(kNoPoll);  // no steps
  const std::vector<std::uint32_t> some{5, 2, 300};
  const ChipOutcome again = chips.evaluate(some, kNoPoll).front();
  EXPECT_EQ(again.tally.loss_sum, bare.evaluate(some, kNoPoll).front().tally.loss_sum);
  EXPECT_EQ(again.tally.images, 3);
  EXPECT_TRUE(again.deployment.error_after.empty());
}

}  // namespace
}  // namespace ohmcarlo
