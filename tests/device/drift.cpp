#include "device/drift.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace drift_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71, .tile_rows = 30, .tile_columns = 40};

double conductance(float steps) {
  return kTwoBits.siemens(steps);
}

TEST(Drift, IsAPowerOfTime) {
  CellModel model{.range = kTwoBits, .drift = Drift{.nu = 0.06, .time = 1e4, .time_programmed = 10}};
  const Programmed alike = program(model, kPlane);
  const double factor = std::pow(1e3, -0.06);
  for (std::size_t i = 0; i < alike.steps.size(); ++i) {
    ASSERT_NEAR(conductance(alike.steps[i]), factor * conductance(alike.targets[i]), 1e-11);
  }
  model.drift->nu_sd = 0.02;
  const Programmed each = program(model, kPlane);
  const std::vector<float> z = normals_of(chip_for(Purpose::drift_exponent), kPlane.cells());
  for (std::size_t i = 0; i < each.steps.size(); ++i) {
    const double nu = 0.06 + 0.02 * z[i];
    ASSERT_NEAR(conductance(each.steps[i]), std::pow(1e3, -nu) * conductance(each.targets[i]), 1e-11);
  }
}

TEST(Drift, HasNotBegunAtTheTimeOfProgramming) {
  CellModel model{.range = kTwoBits,
                  .variation = {.law = VariationLaw::lognormal, .sigma = 0.3},
                  .array = {.die_sigma = 0.1, .gradient_sigma = 0.1},
                  .faults = {.rate = 0.1, .kind = FaultKind::mixed}};
  model.drift = Drift{.nu = 0.1, .nu_sd = 0.1, .time = 20, .time_programmed = 20};
  CellModel without = model;
  without.drift.reset();
  EXPECT_EQ(program(model, kPlane).steps, program(without, kPlane).steps);
}

TEST(Drift, SparesStuckCells) {
  const CellModel model{.range = kTwoBits,
                        .faults = {.rate = 0.5, .kind = FaultKind::stuck_at_g_max},
                        .drift = Drift{.nu = 0.1, .nu_sd = 0.01, .time = 100}};
  const Programmed chip = program(model, kPlane);
  const auto map = stuck_cells(model, kPlane, kPlaneKey, kPlaneChip);
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (map[i] == kFree) {
      ASSERT_LT(chip.steps[i], chip.targets[i]);
    } else {
      ASSERT_EQ(chip.steps[i], 3);
    }
  }
}

}  // namespace drift_test
}  // namespace ohmcarlo
