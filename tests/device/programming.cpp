#include "device/programming.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace programming_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71, .tile_rows = 30, .tile_columns = 40};

CellModel gaussian(double sigma) {
  return {.range = kTwoBits, .variation = {.sigma = sigma}};
}

/// Everything at once.
CellModel everything() {
  return {.range = kTwoBits,
          .variation = {.law = VariationLaw::lognormal, .sigma = 0.3},
          .verify = WriteVerify{.tolerance = 0.1, .max_pulses = 4},
          .array = {.die_sigma = 0.1, .gradient_sigma = 0.1},
          .clip = Clip::range,
          .faults = {.rate = 0.1, .kind = FaultKind::mixed},
          .drift = Drift{.nu = 0.05, .nu_sd = 0.01, .time = 1000}};
}

TEST(ProgramPlane, ChangesNothingWithoutAModel) {
  const Programmed chip = program({.range = kTwoBits}, kPlane);
  EXPECT_EQ(chip.steps, chip.targets);
  EXPECT_EQ(chip.report, (ProgramReport{.cells = 4970, .pulses = 4970}));
  EXPECT_TRUE(stuck_cells({.range = kTwoBits}, kPlane, kPlaneKey, kPlaneChip).empty());
}

TEST(ProgramPlane, GivesACellTheSameWhateverTheTiles) {
  CellModel model = everything();
  model.array.gradient_sigma = 0;  // the one part that belongs to arrays
  PlaneShape cut_otherwise = kPlane;
  cut_otherwise.tile_rows = 7;
  cut_otherwise.tile_columns = 0;
  EXPECT_EQ(program(model, kPlane).steps, program(model, cut_otherwise).steps);
}

// Elements count along inputs: more outputs leave the cells of the first ones as they are.
TEST(ProgramPlane, GivesTheFirstOutputsTheSameInALargerPlane) {
  CellModel model = everything();
  model.array.gradient_sigma = 0;
  PlaneShape larger = kPlane;
  larger.outputs = 200;
  std::vector<float> targets(larger.cells(), 1.0F);
  const std::vector<float> first = targets_of(kPlane);
  std::copy(first.begin(), first.end(), targets.begin());
  const std::vector<float> many = program(model, larger, targets).steps;
  const std::vector<float> alone = program(model, kPlane).steps;
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), many.begin()));
}

TEST(ProgramPlane, DiffersBetweenChipsReplicasLayersSlicesAndPolarities) {
  const std::vector<float> here = program(gaussian(0.1), kPlane).steps;
  EXPECT_EQ(program(gaussian(0.1), kPlane).steps, here);
  for (const auto change : {&Address::trial, &Address::replica, &Address::layer, &Address::slice}) {
    Address other = kPlaneChip;
    other.*change += 1;
    EXPECT_NE(program(gaussian(0.1), kPlane, other).steps, here);
  }
  Address partner = kPlaneChip;
  partner.negative = true;
  EXPECT_NE(program(gaussian(0.1), kPlane, partner).steps, here);
  std::vector<float> other_key = targets_of(kPlane);
  program_plane(gaussian(0.1), kPlane, kPlaneKey + 1, kPlaneChip, other_key);
  EXPECT_NE(other_key, here);
}

TEST(ProgramPlane, SetsPurposeAndEventItself) {
  Address odd = kPlaneChip;
  odd.purpose = Purpose::adc;
  odd.event = 77;
  EXPECT_EQ(program(everything(), kPlane, odd).steps, program(everything(), kPlane).steps);
  CellModel defective{.range = kTwoBits, .defects = Defects{.rate = 0.3}};
  EXPECT_EQ(program(defective, kPlane, odd).steps, program(defective, kPlane).steps);
}

TEST(ProgramPlane, RefusesTargetsOfAnotherSize) {
  std::vector<float> steps(kPlane.cells() - 1);
  EXPECT_THROW(program_plane({}, kPlane, kPlaneKey, kPlaneChip, steps), std::logic_error);
}

TEST(ProgramPlane, TakesPlanesOfAnySize) {
  for (const std::size_t inputs : {0U, 1U, 63U, 64U, 65U, 2047U, 2048U, 2049U}) {
    const PlaneShape row{.outputs = 1, .inputs = inputs};
    const std::vector<float> steps = program(everything(), row).steps;
    const PlaneShape longer{.outputs = 1, .inputs = 4000, .tile_rows = inputs == 0 ? 1 : inputs};
    const std::vector<float> all = program(everything(), longer).steps;
    EXPECT_TRUE(std::equal(steps.begin(), steps.end(), all.begin())) << inputs;
  }
}

TEST(ProgramPlane, ClipsWhereItIsTold) {
  const Programmed free = program(gaussian(0.5), kPlane);
  CellModel model = gaussian(0.5);
  model.clip = Clip::zero;
  const Programmed positive = program(model, kPlane);
  model.clip = Clip::range;
  const Programmed within = program(model, kPlane);
  std::size_t clipped = 0;
  for (std::size_t i = 0; i < free.steps.size(); ++i) {
    ASSERT_EQ(positive.steps[i], std::max(free.steps[i], -0.5F));  // 0 siemens
    ASSERT_EQ(within.steps[i], std::clamp(free.steps[i], 0.0F, 3.0F));
    clipped += positive.steps[i] != free.steps[i] ? 1 : 0;
  }
  EXPECT_GT(clipped, 100U);
}

// A circuit with wires takes no negative conductance, not even one of the last bit.
TEST(ProgramPlane, ClippedCellsNeverConductLessThanNothing) {
  for (const double g_min : {0.0, 1e-9, 1e-6, 3e-6, 7e-6, 83.3e-6}) {
    CellModel model = gaussian(2);
    model.range.g_min = g_min;
    model.clip = Clip::zero;
    const Programmed cells = program(model, kPlane);
    const float lowest = *std::min_element(cells.steps.begin(), cells.steps.end());
    EXPECT_GE(model.range.siemens(lowest), 0) << g_min;
    EXPECT_LE(model.range.siemens(lowest), 1e-12) << g_min;
  }
}

TEST(ProgramPlane, StuckCellsConductTheirEndOfTheRange) {
  CellModel model = everything();
  model.faults.rate = 0.3;
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  const Programmed chip = program(model, kPlane);
  model.faults.rate = 0;
  const Programmed healthy = program(model, kPlane);
  for (std::size_t i = 0; i < map.size(); ++i) {
    ASSERT_EQ(chip.steps[i], map[i] == kStuckAtGMin ? 0 : map[i] == kStuckAtGMax ? 3 : healthy.steps[i]);
  }
  EXPECT_EQ(chip.report.stuck, static_cast<std::uint64_t>(std::count_if(map.begin(), map.end(), is_stuck)));
}

TEST(ProgramPlane, ReportsTheErrorsOfCellsThatAreNotStuck) {
  CellModel model = gaussian(0.2);
  model.clip = Clip::range;
  model.faults = {.rate = 0.2, .kind = FaultKind::stuck_at_g_max};
  const Programmed chip = program(model, kPlane);
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const double error = map[i] == kFree ? (chip.steps[i] - chip.targets[i]) / 3.0 : 0.0;
    sum += error;
    squares += error * error;
  }
  EXPECT_NEAR(chip.report.error_sum, sum, 1e-3 * std::sqrt(squares));
  EXPECT_NEAR(chip.report.error_squares, squares, 1e-5 * squares);
  model.drift = Drift{.nu = 0.1, .time = 1e6};
  EXPECT_EQ(program(model, kPlane).report, chip.report);  // drift comes after programming
}

TEST(ProgramReport, AddsUp) {
  ProgramReport sum = program(everything(), kPlane).report;
  const ProgramReport one = sum;
  sum += one;
  EXPECT_EQ(sum, (ProgramReport{.cells = 2 * one.cells,
                                .stuck = 2 * one.stuck,
                                .pulses = 2 * one.pulses,
                                .missed = 2 * one.missed,
                                .error_sum = 2 * one.error_sum,
                                .error_squares = 2 * one.error_squares}));
  EXPECT_GT(one.missed, 0U);
}

TEST(CellModel, RefusesValuesThatDoNotGoTogether) {
  EXPECT_EQ(problem(everything()), "");
  CellModel model = gaussian(0.1);
  model.range = {.g_min = 2e-6, .g_max = 2e-6, .top = 1};
  EXPECT_EQ(problem(model), "g_min is 2e-06 siemens and must be below g_max, 2e-06 siemens");
  model = gaussian(0.1);
  model.variation.law = VariationLaw::polynomial;
  EXPECT_EQ(problem(model), "");
  model.range.g_max = 1e-3;
  EXPECT_EQ(problem(model), "the polynomial holds up to 51.24 microsiemens, and g_max is 1000 microsiemens");
  model = gaussian(0.1);
  model.drift = Drift{.nu = 0.1, .time = 1, .time_programmed = 20};
  EXPECT_EQ(problem(model), "cells drift from 20 s on, and 1 s is earlier");
}

// The law is g + sigma z in steps of the range, with z moved by hand.
TEST(Programming, AMovedChipHasMovedNormals) {
  CellModel model{.range = kTwoBits};
  model.variation.sigma = 0.1;
  const PlaneShape plane{60, 50};
  const Lineage lineage{kPlaneKey, {{99, 0.8F, 0.6F}}};
  const std::vector<float> targets = targets_of(plane);
  std::vector<float> moved = targets, plain = targets;
  (void)program_plane(model, plane, kPlaneKey, kPlaneChip, plain);
  (void)program_plane(model, plane, lineage, kPlaneChip, moved);
  const std::vector<float> z = normals_of(chip_for(Purpose::programming), plane.cells());
  std::vector<float> fresh(plane.cells());
  Stream(99, chip_for(Purpose::programming)).normals(0, fresh);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ASSERT_NEAR(plain[i] - targets[i], 0.3F * z[i], 1e-5);
    ASSERT_NEAR(moved[i] - targets[i], 0.3F * (0.8F * z[i] + 0.6F * fresh[i]), 1e-5);
  }
}

// A small move keeps most faults: with keep .99 the two quantiles at rate .1 agree in most cells, while under another
// key one in ten faults is shared. 5,000 cells: 500 faults, of which far more than half stay.
TEST(Programming, FaultsMoveALittleWithTheChip) {
  CellModel model{.range = kTwoBits};
  model.faults.rate = 0.1;
  const PlaneShape plane{50, 100};
  const auto stuck = [&](const Lineage& chip) { return stuck_cells(model, plane, chip, kPlaneChip); };
  const std::vector<std::uint8_t> before = stuck(kPlaneKey), near = stuck({kPlaneKey, {{5, 0.99F, 0.14106736F}}}),
                                  other = stuck(std::uint64_t{5});
  int faults = 0, kept = 0, by_chance = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    faults += before[i] != kFree;
    kept += before[i] != kFree && near[i] != kFree;
    by_chance += before[i] != kFree && other[i] != kFree;
  }
  EXPECT_GT(kept, 3 * faults / 4);
  EXPECT_LT(kept, faults);
  EXPECT_LT(by_chance, faults / 4);
}

TEST(Programming, PulsesOfWriteVerifyDoNotMove) {
  CellModel model{.range = kTwoBits};
  model.variation.sigma = 0.1;
  model.verify.emplace();
  std::vector<float> steps(6);
  EXPECT_THROW((void)program_plane(model, {2, 3}, Lineage{1, {{2, 0.8F, 0.6F}}}, kPlaneChip, steps), std::logic_error);
}

}  // namespace programming_test
}  // namespace ohmcarlo
