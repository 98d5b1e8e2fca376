#include "crossbar/sum_noise.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "crossbar/noisy_read.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace sum_noise_test {

ArrayLayer some_layer(const SdLaw& noise, const AdcNoise& converters) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 2, 2};
  options.cells.range.top = options.format.top();
  options.tile_rows = 3;
  options.read_noise = noise;
  options.adc.bits = 4;
  options.adc.noise = converters;
  Matrix<float> weights(2, 5);
  weights << 1, -1, 0.5, 0.2, -0.3, 0.4, 0.1, -0.9, 1, 0.7;
  return {options, weights};
}

// One normal a column, of the event and the tile; sd of a pair's column: noise of one cell times sqrt(2 active rows).
TEST(SumNoise, OfCellsIsOneNormalAColumn) {
  const ArrayLayer layer = some_layer({0.25F, 0, 0}, {});
  const ChipKey chip{9, {.layer = 2, .trial = 4}};
  const std::vector<float> digits{1, -1};
  std::vector<float> sums(2, 0.0F), normals;
  add_column_noise({layer, chip, 77, 0, 1, digits, 1}, {}, normals, sums);
  Address address = chip.address;
  address.purpose = Purpose::read_column;
  address.event = 77;
  std::vector<float> drawn(2);
  Stream(9, address).normals(static_cast<std::uint64_t>(noise_row_stride(2)), drawn);
  for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(sums[j], 0.25 * 2 * drawn[j], 1e-6);
  const std::vector<float> variances{4, 9};
  std::fill(sums.begin(), sums.end(), 0.0F);
  const ArrayLayer graded = some_layer({0.25F, 0.1F, 0}, {});
  add_column_noise({graded, chip, 77, 0, 1, digits, 1}, variances, normals, sums);
  EXPECT_NEAR(sums[0], 2 * drawn[0], 1e-6);
  EXPECT_NEAR(sums[1], 3 * drawn[1], 1e-6);
}

TEST(SumNoise, OfConvertersCountsCellsOnlyWhereCurrentsCancel) {
  const AdcNoise growing{AdcNoiseLaw::gaussian, 0, 1, 0}, same{AdcNoiseLaw::gaussian, 1, 0, 0};
  EXPECT_TRUE(counts_cells(some_layer({}, growing), false));
  EXPECT_FALSE(counts_cells(some_layer({}, same), true));
  ArrayOptions alone = some_layer({}, growing).options();
  alone.adc.differential = false;
  const ArrayLayer single(alone, Matrix<float>(Matrix<float>::Ones(2, 5)));
  EXPECT_FALSE(counts_cells(single, false));
  EXPECT_TRUE(counts_cells(single, true));
  EXPECT_EQ(&counted_levels(single, 0), &single.column_levels());

  // sd of k conducting cells is sqrt(k) in currents of a cell fully on, here 3 levels.
  const ArrayLayer layer = some_layer({}, growing);
  const ChipKey chip{9, {}};
  const std::vector<float> digits{1, 1, 1}, one{3, 3}, four{12, 12};
  std::vector<float> few(2, 0.0F), many(2, 0.0F);
  add_converter_noise({layer, chip, 5, 0, 0, digits, 1}, one, few);
  add_converter_noise({layer, chip, 5, 0, 0, digits, 1}, four, many);
  for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(many[j], 2 * few[j], 1e-5 * std::fabs(many[j]));
  EXPECT_NE(few[0], 0);
}

}  // namespace sum_noise_test
}  // namespace ohmcarlo
