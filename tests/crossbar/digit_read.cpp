#include "crossbar/digit_read.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"

namespace ohmcarlo {
namespace digit_read_test {

/// A chain whose digits are single bits, with noise that is drawn for columns.
std::unique_ptr<RandomChain> serial_chain(std::uint32_t seed) {
  auto chain = random_chain(seed);
  make_noisy(*chain, seed);
  InputCoding& coding = chain->options.dac.coding;
  coding.bits = std::max(coding.bits, 2);
  coding.read_bits = 1;
  chain->options.read_form = ReadForm::columns;
  return chain;
}

// Whatever the layer: the sums that ArrayLayer::read shows, from the digits of one vector alone.
TEST(DigitRead, HasTheBitsOfTheSumsThatAWholeReadConverts) {
  int signs = 0, tiles = 0, counted = 0, polynomial = 0, constant = 0, reads = 0;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const auto chain = serial_chain(seed);
    ArrayLayer layer(chain->options, chain->weights);
    const LayerScales scales = calibrate(layer, chain->x);
    layer.program(chain->chip);
    const InputCoding& coding = scales.coding;
    const auto width = static_cast<std::size_t>(layer.width());
    const auto inputs = static_cast<std::size_t>(layer.tiles().inputs);
    DigitRead one(layer, coding, chain->chip);
    std::vector<float> codes(inputs), digits(inputs), sums(width);
    const RowNames names = chain->names();
    const ReadTrace compare = [&](Index row, Index tile, int read, std::span<const float> whole) {
      coding.encode({chain->x.row(row).data(), inputs}, codes);
      coding.applied(codes, read, digits);
      const auto part = std::span(digits).subspan(static_cast<std::size_t>(layer.tiles().first_row(tile)),
                                                  static_cast<std::size_t>(layer.tiles().row_count(tile)));
      one.sum(part, tile, names.image(row), names.position(row), read, sums);
      for (std::size_t j = 0; j < width; ++j) ASSERT_EQ(sums[j], whole[j]) << "column " << j << " of " << chain->text();
      ++reads;
    };
    Matrix<float> y(chain->x.rows(), chain->weights.rows());
    ASSERT_NO_FATAL_FAILURE(layer.read(chain->x, names, scales, chain->chip, y, nullptr, compare)) << chain->text();
    const ArrayOptions& options = chain->options;
    signs += coding.bipolar() ? 1 : 0;
    tiles += layer.tiles().row_tiles() > 1 ? 1 : 0;
    counted += options.adc.noise.grows_with_cells() ? 1 : 0;
    polynomial += options.read_noise.constant() ? 0 : 1;
    constant += options.read_noise.constant() && !options.read_noise.zero() ? 1 : 0;
  }
  for (const int chains : {signs, tiles, counted, polynomial, constant}) EXPECT_GE(chains, 20);
  EXPECT_GT(reads, 5000);
}

TEST(DigitRead, RefusesWhatHasNoSingleBits) {
  ArrayOptions options;
  options.cells.range.top = options.format.top();
  const ArrayLayer layer(options, Matrix<float>(Matrix<float>::Ones(2, 3)));
  const ChipKey chip;
  EXPECT_THROW(DigitRead(layer, {.bits = 4, .read_bits = 2}, chip), std::logic_error);
  EXPECT_THROW(DigitRead(layer, {}, chip), std::logic_error);
  DigitRead one(layer, {.bits = 4, .read_bits = 1}, chip);
  std::vector<float> sums(2), digits(2);
  EXPECT_THROW(one.sum(digits, 0, 0, 0, 0, sums), std::logic_error);
}

}  // namespace digit_read_test
}  // namespace ohmcarlo
