#include "deployment/cell_writer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"
#include "linalg/random_matrices.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace cell_writer_test {

using small::Chip;

/// The rule as the paper of the rule has it, in double.
double rule(const InSituOptions& options, double wished) {
  if (std::fabs(wished) < options.smallest_write) return 0;
  if (options.rule == WriteRule::analog) return wished;
  if (options.rule == WriteRule::sign) return wished > 0 ? options.pulse : wished < 0 ? -options.pulse : 0;
  return std::round(wished / options.pulse) * options.pulse;
}

/// Writes a gradient once and compares every cell with what the rule says of it.
void check(const InSituOptions& options, const ArrayOptions& array = small::defective()) {
  Chip chip(array);
  ArrayLayer& layer = chip.arrays.layer(0);
  const CellWriter writer(layer, chip.arrays.chip(0), options);
  Matrix<float> gradient = random_matrix<float>(20, 36, 8, 0.3);
  const Matrix<float> before[] = {chip.cells(0, false), chip.cells(0, true)};
  const std::uint64_t writes = writer.write(layer, gradient, 7);
  std::uint64_t expected_writes = 0, stuck = 0;
  for (const bool negative : {false, true}) {
    const Matrix<float> after = chip.cells(0, negative);
    const std::vector<std::uint8_t> kinds = chip.kinds(0, negative);
    Address address = chip.arrays.chip(0).address;
    address.purpose = Purpose::in_situ_write;
    address.negative = negative;
    address.event = 7;
    std::vector<float> z(kinds.size());
    Stream(small::kKey, address).normals(0, z);
    for (Index j = 0; j < 20; ++j)
      for (Index i = 0; i < 36; ++i) {
        const auto cell = static_cast<std::size_t>(j * 36 + i);
        const double old = before[negative ? 1 : 0](j, i);
        // A pair's difference of one step is max|W|.
        const double wished = (negative ? 1 : -1) * options.learning_rate * gradient(j, i) / 2 /
                              chip.state.parameters[0].weights.cwiseAbs().maxCoeff();
        double change = rule(options, wished);
        if (change == 0) {
          ASSERT_EQ(after(j, i), before[negative ? 1 : 0](j, i));
          continue;
        }
        ++expected_writes;
        if (is_stuck(kinds[cell])) {
          ++stuck;
          ASSERT_EQ(after(j, i), before[negative ? 1 : 0](j, i));
          continue;
        }
        if (kinds[cell] == kVaried) change *= std::exp(options.write_sigma * z[cell]);
        ASSERT_NEAR(after(j, i), std::clamp(old + change, 0.0, 1.0), 1e-6);
      }
  }
  EXPECT_EQ(writes, expected_writes);
  EXPECT_GT(stuck, 10U);
}

TEST(CellWriter, AnalogRuleWritesTheWishedChange) {
  check({.learning_rate = 0.3});
}

TEST(CellWriter, PulsesAreWhole) {
  check({.learning_rate = 0.3, .rule = WriteRule::pulses, .pulse = 0.031});
}

TEST(CellWriter, ManhattanRuleIsOnePulseInTheDirectionOfTheChange) {
  check({.learning_rate = 0.3, .rule = WriteRule::sign, .pulse = 0.02});
}

TEST(CellWriter, LeavesOutSmallWrites) {
  for (const WriteRule each : {WriteRule::analog, WriteRule::pulses, WriteRule::sign})
    check({.learning_rate = 0.3, .rule = each, .pulse = 0.013, .smallest_write = 0.05});
}

TEST(CellWriter, ChangesOfVariedCellsMissByTheirOwnFactor) {
  check({.learning_rate = 0.3, .write_sigma = 0.7});
}

TEST(CellWriter, OneSidedPairsMoveBothCells) {
  ArrayOptions array = small::defective();
  array.format.mapping = Mapping::one_sided;
  check({.learning_rate = 0.3}, array);
}

TEST(CellWriter, PulsesRoundToTheNearest) {
  const InSituOptions pulses{.rule = WriteRule::pulses, .pulse = 0.25};
  EXPECT_EQ(written_change(pulses, 0.12F), 0);
  EXPECT_EQ(written_change(pulses, 0.13F), 0.25F);
  EXPECT_EQ(written_change(pulses, -0.6F), -0.5F);
  EXPECT_EQ(written_change({.rule = WriteRule::sign, .pulse = 0.25}, -1e-9F), -0.25F);
  EXPECT_EQ(written_change({.rule = WriteRule::sign, .pulse = 0.25}, 0), 0);
}

}  // namespace cell_writer_test
}  // namespace ohmcarlo
