#include "device/write_verify.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace write_verify_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71};
constexpr double kSigma = 0.1;
constexpr double kTolerance = 0.08;

CellModel verified(int max_pulses, double tolerance = kTolerance) {
  return {.range = kTwoBits,
          .variation = {.sigma = kSigma},
          .verify = WriteVerify{.tolerance = tolerance, .max_pulses = max_pulses}};
}

bool near(const Programmed& chip, std::size_t cell) {
  return std::abs(chip.steps[cell] - chip.targets[cell]) <= static_cast<float>(kTolerance * 3);
}

TEST(WriteVerify, OfOnePulseIsNoVerification) {
  const Programmed once = program(verified(1), kPlane);
  CellModel plain = verified(1);
  plain.verify.reset();
  EXPECT_EQ(once.steps, program(plain, kPlane).steps);
  EXPECT_EQ(once.report.pulses, kPlane.cells());
  std::uint64_t missed = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) missed += near(once, i) ? 0 : 1;
  EXPECT_EQ(once.report.missed, missed);
}

// Worked out cell by cell: the first draw that is near enough, else the last.
TEST(WriteVerify, KeepsTheFirstDrawInsideOrElseTheLast) {
  constexpr int kPulses = 5;
  std::vector<std::vector<float>> z;
  for (std::uint64_t pulse = 0; pulse < kPulses; ++pulse) {
    z.push_back(normals_of(chip_for(Purpose::programming, pulse), kPlane.cells()));
  }
  const Programmed chip = program(verified(kPulses), kPlane);
  std::uint64_t pulses = 0;
  std::uint64_t missed = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    std::size_t pulse = 0;
    while (std::abs(z[pulse][i]) * kSigma > kTolerance && pulse + 1 < kPulses) ++pulse;
    ASSERT_NEAR(chip.steps[i], chip.targets[i] + 3 * kSigma * z[pulse][i], 1e-6) << i;
    pulses += pulse + 1;
    missed += std::abs(z[pulse][i]) * kSigma > kTolerance ? 1 : 0;
  }
  EXPECT_EQ(chip.report.pulses, pulses);
  EXPECT_EQ(chip.report.missed, missed);
  EXPECT_GT(missed, 0U);
}

TEST(WriteVerify, LeavesCellsAloneThatWereNear) {
  const Programmed one = program(verified(1), kPlane);
  const Programmed many = program(verified(100), kPlane);
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    if (near(one, i)) {
      ASSERT_EQ(many.steps[i], one.steps[i]);
    }
    ASSERT_TRUE(near(many, i));
  }
  EXPECT_EQ(many.report.missed, 0U);
}

TEST(WriteVerify, OfExactCellsNeedsOnePulse) {
  CellModel model = verified(10);
  model.variation.sigma = 0;
  const Programmed chip = program(model, kPlane);
  EXPECT_EQ(chip.steps, chip.targets);
  EXPECT_EQ(chip.report.pulses, kPlane.cells());
}

TEST(WriteVerify, WorksForEveryLaw) {
  for (const VariationLaw law : {VariationLaw::proportional, VariationLaw::lognormal, VariationLaw::banded}) {
    CellModel model = verified(1000);
    model.variation.law = law;
    const Programmed chip = program(model, kPlane);
    EXPECT_EQ(chip.report.missed, 0U);
    for (std::size_t i = 0; i < kPlane.cells(); ++i) ASSERT_TRUE(near(chip, i));
  }
}

// The circuit only sees that a stuck cell is wrong, and goes on until the budget is spent.
TEST(WriteVerify, StuckCellsIgnoreWritesAndSpendTheBudget) {
  constexpr int kPulses = 7;
  CellModel model = verified(kPulses);
  model.variation.sigma = 0.001;  // healthy cells need one pulse
  model.faults = {.rate = 0.3, .kind = FaultKind::mixed};
  const Programmed chip = program(model, kPlane);
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (map[i] == kFree) continue;
    ASSERT_EQ(chip.steps[i], map[i] == kStuckAtGMax ? 3 : 0);
    wrong += chip.targets[i] != chip.steps[i] ? 1 : 0;  // one that is stuck at its target passes at once
  }
  EXPECT_GT(wrong, 1000U);
  EXPECT_EQ(chip.report.missed, wrong);
  EXPECT_EQ(chip.report.pulses, kPlane.cells() + (kPulses - 1) * wrong);
}

TEST(WriteVerify, OfOtherCellsDoesNotChangeWithFaults) {
  CellModel model = verified(20);
  const Programmed healthy = program(model, kPlane);
  model.faults.rate = 0.3;
  const Programmed chip = program(model, kPlane);
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (map[i] == kFree) {
      ASSERT_EQ(chip.steps[i], healthy.steps[i]);
    }
  }
}

}  // namespace write_verify_test
}  // namespace ohmcarlo
