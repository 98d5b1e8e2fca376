#include "device/defects.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace defects_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71};

CellModel with_defects(const Defects& defects) {
  return {.range = kTwoBits, .defects = defects};
}

std::vector<float> uniforms_of(Purpose purpose) {
  std::vector<float> uniforms(kPlane.cells());
  Stream(kPlaneKey, chip_for(purpose)).uniforms(0, uniforms);
  return uniforms;
}

TEST(Defects, AreTheFormulaCellByCell) {
  const Defects defects{.rate = 0.3, .stuck_share = 0.4, .sigma_low = 0.6, .sigma_high = 1};
  const std::vector<float> which = uniforms_of(Purpose::defect);
  const std::vector<float> kind = uniforms_of(Purpose::defect_kind);
  const std::vector<float> sigma = uniforms_of(Purpose::defect_sigma);
  const std::vector<float> z = normals_of(chip_for(Purpose::programming), kPlane.cells());
  const Programmed chip = program(with_defects(defects), kPlane);
  std::uint64_t stuck = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    if (which[i] > 0.3F) {
      ASSERT_EQ(chip.steps[i], chip.targets[i]);
    } else if (kind[i] < 0.4F) {
      ASSERT_EQ(chip.steps[i], 0);
      ++stuck;
    } else {
      const double exact = (chip.targets[i] + 0.5) * std::exp((0.6 + 0.4 * sigma[i]) * z[i]) - 0.5;
      ASSERT_NEAR(chip.steps[i], exact, 1e-6 * (1 + exact));
    }
  }
  EXPECT_EQ(chip.report.stuck, stuck);
}

TEST(Defects, StayWhatTheyAreAsTheRateGrows) {
  std::vector<float> before = targets_of(kPlane);
  const std::vector<float> targets = before;
  for (const double rate : {0.01, 0.02, 0.1, 0.5, 1.0}) {
    const Programmed chip = program(with_defects({.rate = rate}), kPlane);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (before[i] != targets[i]) {
        ASSERT_EQ(chip.steps[i], before[i]);
      }
      changed += chip.steps[i] != before[i] ? 1 : 0;
    }
    EXPECT_GT(changed, 0U);
    before = chip.steps;
  }
}

TEST(Defects, OfShareZeroAndOneAreOfOneKind) {
  const auto codes = [](double share) {
    return defect_map({.rate = 0.2, .stuck_share = share}, kPlane.cells(), kPlaneKey, kPlaneChip);
  };
  const auto none = codes(0);
  const auto all = codes(1);
  EXPECT_EQ(std::count(none.begin(), none.end(), kStuckAtGMin), 0);
  EXPECT_EQ(std::count(all.begin(), all.end(), kVaried), 0);
  EXPECT_EQ(std::count(none.begin(), none.end(), kVaried), std::count(all.begin(), all.end(), kStuckAtGMin));
  EXPECT_TRUE(defect_map({.rate = 0}, kPlane.cells(), kPlaneKey, kPlaneChip).empty());
}

TEST(Defects, AreClippedToTheRange) {
  CellModel model = with_defects({.rate = 0.5});
  model.clip = Clip::range;
  const Programmed chip = program(model, kPlane);
  EXPECT_EQ(*std::min_element(chip.steps.begin(), chip.steps.end()), 0);
  EXPECT_EQ(*std::max_element(chip.steps.begin(), chip.steps.end()), 3);
}

TEST(Defects, AreNotStuckWhereTheyVary) {
  const CellModel model = with_defects({.rate = 0.3});
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  EXPECT_EQ(std::count(map.begin(), map.end(), kVaried), 0);
  const Programmed chip = program(model, kPlane);
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(map.begin(), map.end(), kStuckAtGMin)), chip.report.stuck);
}

TEST(Defects, AreInTheLayersThatAreNamed) {
  Defects defects{.rate = 0.3, .layers = {0, kPlaneChip.layer}};
  EXPECT_FALSE(defect_map(defects, kPlane.cells(), kPlaneKey, kPlaneChip).empty());
  EXPECT_EQ(program(with_defects(defects), kPlane).steps, program(with_defects({.rate = 0.3}), kPlane).steps);
  defects.layers = {kPlaneChip.layer + 1};
  EXPECT_TRUE(defect_map(defects, kPlane.cells(), kPlaneKey, kPlaneChip).empty());
  EXPECT_EQ(program(with_defects(defects), kPlane).steps, targets_of(kPlane));
}

// Cells that vary at every read hold their targets; who reads them is told their sigmas.
TEST(Defects, ThatAreRedrawnHoldTheirTargets) {
  const Defects defects{.rate = 0.3, .stuck_share = 0.4, .sigma_low = 0.2, .sigma_high = 1.4, .redrawn = true};
  const Programmed chip = program(with_defects(defects), kPlane);
  const std::vector<std::uint8_t> map = defect_map(defects, kPlane.cells(), kPlaneKey, kPlaneChip);
  const std::vector<float> sigma = uniforms_of(Purpose::defect_sigma);
  const std::vector<VariedCell> varied = varied_cells(defects, kPlane.cells(), kPlaneKey, kPlaneChip);
  std::size_t next = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    ASSERT_EQ(chip.steps[i], is_stuck(map[i]) ? 0 : chip.targets[i]);
    if (map[i] != kVaried) continue;
    ASSERT_LT(next, varied.size());
    ASSERT_EQ(varied[next].cell, i);
    ASSERT_NEAR(varied[next++].sigma, 0.2 + 1.2 * sigma[i], 1e-6);
  }
  EXPECT_EQ(next, varied.size());
}

TEST(Defects, TakeThePlaceOfVariationAndFaults) {
  EXPECT_EQ(problem(with_defects({})), "");
  EXPECT_EQ(problem(with_defects({.sigma_low = 1, .sigma_high = 0.6})), "the range of sigma runs from 1 down to 0.6");
  CellModel model = with_defects({});
  model.variation.sigma = 0.1;
  EXPECT_EQ(problem(model), "defects take the place of variation: set one of the two");
  model = with_defects({});
  model.array.die_sigma = 0.1;
  EXPECT_EQ(problem(model), "defects take the place of variation: set one of the two");
  model = with_defects({});
  model.faults.rate = 0.1;
  EXPECT_EQ(problem(model), "defects take the place of faults: set one of the two");
  model = with_defects({});
  model.verify = WriteVerify{.tolerance = 0.1, .max_pulses = 3};
  EXPECT_EQ(problem(model), "defects are not verified: set one of defects and write-verify");
}

}  // namespace defects_test
}  // namespace ohmcarlo
