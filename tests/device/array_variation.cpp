#include "device/array_variation.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace array_variation_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71, .tile_rows = 30, .tile_columns = 40};

double conductance(float steps) {
  return kTwoBits.siemens(steps);
}

/// (realised g) / (target g) - 1.
double relative_change(const Programmed& chip, std::size_t cell) {
  return conductance(chip.steps[cell]) / conductance(chip.targets[cell]) - 1;
}

TEST(ArrayFactors, OfADieAreOneForAllCellsOfAChip) {
  const CellModel model{.range = kTwoBits, .array = {.die_sigma = 0.1}};
  const Address die{.purpose = Purpose::die, .replica = kPlaneChip.replica, .trial = kPlaneChip.trial};
  const double factor = 0.1 * normals_of(die, 1)[0];
  Address elsewhere = kPlaneChip;
  elsewhere.layer = 5;
  elsewhere.slice = 3;
  elsewhere.negative = true;
  for (const Programmed& chip : {program(model, kPlane), program(model, kPlane, elsewhere)}) {
    for (std::size_t i = 0; i < kPlane.cells(); ++i) ASSERT_NEAR(relative_change(chip, i), factor, 2e-6);
  }
  Address next = kPlaneChip;
  ++next.trial;
  EXPECT_GT(std::abs(relative_change(program(model, kPlane, next), 0) - factor), 1e-4);
}

TEST(ArrayFactors, OfAGradientAreAPlaneOverEachFullArray) {
  const CellModel model{.range = kTwoBits, .array = {.die_sigma = 0.05, .gradient_sigma = 0.2}};
  const Programmed chip = program(model, kPlane);
  const std::vector<float> slopes = normals_of(chip_for(Purpose::gradient), 2 * 3 * 2);
  const Address die{.purpose = Purpose::die, .replica = kPlaneChip.replica, .trial = kPlaneChip.trial};
  const double of_die = 1 + 0.05 * normals_of(die, 1)[0];
  for (std::size_t output = 0; output < 70; ++output) {
    for (std::size_t input = 0; input < 71; ++input) {
      const std::size_t array = input / 30 * 2 + output / 40;
      const double u = (static_cast<double>(input % 30) + 0.5) / 30 - 0.5;  // the last arrays are parts of full ones
      const double v = (static_cast<double>(output % 40) + 0.5) / 40 - 0.5;
      const double of_array = 1 + 0.2 * (slopes[2 * array] * u + slopes[2 * array + 1] * v);
      ASSERT_NEAR(relative_change(chip, output * 71 + input), of_die * of_array - 1, 2e-6) << output << ", " << input;
    }
  }
}

// Outputs 0 to 34 and 35 to 69 are two groups, 20 outputs a full array: each group has a full one and a part of one.
TEST(ArrayFactors, OfAGradientAreAPlaneOverEachArrayOfAGroup) {
  const CellModel model{.range = kTwoBits, .array = {.gradient_sigma = 0.2}};
  PlaneShape grouped = kPlane;
  grouped.tile_columns = 20;
  grouped.groups = 2;
  const Programmed chip = program(model, grouped);
  const std::vector<float> slopes = normals_of(chip_for(Purpose::gradient), 2 * 3 * 4);
  for (std::size_t output = 0; output < 70; ++output) {
    for (std::size_t input = 0; input < 71; ++input) {
      const std::size_t array = input / 30 * 4 + output / 35 * 2 + (output % 35 < 20 ? 0 : 1);
      const double u = (static_cast<double>(input % 30) + 0.5) / 30 - 0.5;
      const double v = (static_cast<double>(output % 35 % 20) + 0.5) / 20 - 0.5;
      ASSERT_NEAR(relative_change(chip, output * 71 + input), 0.2 * (slopes[2 * array] * u + slopes[2 * array + 1] * v),
                  2e-6)
          << output << ", " << input;
    }
  }
}

TEST(ArrayFactors, OfOneArrayAreThoseOfItsSize) {
  const CellModel model{.range = kTwoBits, .array = {.gradient_sigma = 0.2}};
  PlaneShape sized = kPlane;
  sized.tile_rows = 71;
  sized.tile_columns = 70;
  PlaneShape whole = kPlane;
  whole.tile_rows = 0;
  whole.tile_columns = 0;
  EXPECT_EQ(program(model, whole).steps, program(model, sized).steps);
  Address partner = kPlaneChip;
  partner.negative = true;
  EXPECT_NE(program(model, whole, partner).steps, program(model, whole).steps);  // another array
}

}  // namespace array_variation_test
}  // namespace ohmcarlo
