// The chain of weights, arrays, converters and sums against the reference chain, on layers and options at random.

#include <cmath>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/chain_comparison.hpp"

namespace ohmcarlo {
namespace reading_test {

void expect_equal(const RandomChain& chain, const ArrayLayer& layer, const ReferenceChain& reference,
                  const LayerScales& scales, ChainTally& tally) {
  Matrix<float> y(chain.x.rows(), chain.weights.rows());
  ConversionCounts counts;
  layer.read(chain.x, chain.names(), scales, chain.chip, y, &counts);
  expect_read(chain, y, counts, reference.read(chain.x, chain.names(), scales, chain.chip), tally);
}

constexpr std::uint32_t kChains = 400;

TEST(Chain, PutsTheTargetsOfTheReferenceOnItsCells) {
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const auto chain = random_chain(seed);
    const ArrayLayer layer(chain->options, chain->weights, true);
    const ReferenceChain reference(chain->options, chain->weights);
    const CellFormat& format = chain->options.format;
    for (int slice = 0; slice < format.slices(); ++slice) {
      for (const bool negative : {false, true}) {
        if (negative && format.polarities() == 1 && !format.has_reference()) continue;
        const Matrix<float> plane = layer.plane(slice, negative);
        for (Index j = 0; j < plane.rows(); ++j)
          for (Index i = 0; i < plane.cols(); ++i)
            // Analog cells carry the rounding of a float.
            ASSERT_NEAR(plane(j, i), reference.target(slice, negative, j, i), format.weight_bits > 0 ? 0 : 1.2e-7)
                << "slice " << slice << (negative ? " -" : " +") << " output " << j << " input " << i << " of "
                << chain->text();
      }
    }
  }
}

TEST(Chain, EqualsTheReferenceWithoutNoise) {
  ChainTally tally;
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const auto chain = random_chain(seed);
    const ArrayLayer layer(chain->options, chain->weights);
    const ReferenceChain reference(chain->options, chain->weights);
    ASSERT_NO_FATAL_FAILURE(expect_equal(*chain, layer, reference, calibrate(layer, chain->x), tally));
  }
  EXPECT_GT(tally.exact, 0.75 * tally.outputs);
  EXPECT_LT(tally.undecided, 0.01 * tally.conversions);
  EXPECT_GT(tally.saturated, 0.001 * tally.conversions);
}

/// Chains whose converters' noise grows with cells, by why the current does not say how many conduct.
struct CountedCells {
  int pairs = 0, mid_points = 0, digital_signs = 0, columns_with_negative_digits = 0, pairs_with_negative_digits = 0;
  int bit_by_bit = 0, at_once = 0, by_the_current = 0;

  void see(const RandomChain& chain, const ArrayLayer& layer, const InputCoding& coding) {
    const ArrayOptions& options = chain.options;
    if (!options.adc.noise.grows_with_cells()) return;
    const bool negative = chain.x.minCoeff() < 0 && (coding.bits == 0 || coding.bipolar());
    const bool cancels = !layer.single_ended() || negative;
    const bool pair = options.format.polarities() == 2 && options.adc.differential;
    by_the_current += cancels ? 0 : 1;
    pairs += pair && options.format.mapping == Mapping::one_sided ? 1 : 0;
    mid_points += pair && options.format.mapping == Mapping::mid_point ? 1 : 0;
    digital_signs += options.format.mapping == Mapping::sign_magnitude ? 1 : 0;
    columns_with_negative_digits += negative && layer.single_ended() ? 1 : 0;
    pairs_with_negative_digits += negative && pair ? 1 : 0;
    bit_by_bit += cancels && coding.bits > 0 && coding.read_bits == 1 ? 1 : 0;
    at_once += cancels && coding.read_bits == 0 ? 1 : 0;
  }
};

TEST(Chain, EqualsTheReferenceDrawForDraw) {
  ChainTally tally;
  CountedCells counted;
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const auto chain = random_chain(1000 + seed);
    make_noisy(*chain, seed);
    ArrayLayer layer(chain->options, chain->weights, true);
    const LayerScales scales = calibrate(layer, chain->x);
    counted.see(*chain, layer, scales.coding);
    layer.program(chain->chip);
    ReferenceChain reference(chain->options, chain->weights);
    reference.realise(layer);
    ASSERT_NO_FATAL_FAILURE(expect_equal(*chain, layer, reference, scales, tally));
  }
  EXPECT_GT(tally.exact, 0.6 * tally.outputs);  // those with a converter, but for few
  EXPECT_LT(tally.undecided, 0.01 * tally.conversions);
  for (const int chains :
       {counted.pairs, counted.mid_points, counted.digital_signs, counted.pairs_with_negative_digits,
        counted.columns_with_negative_digits, counted.bit_by_bit, counted.at_once, counted.by_the_current})
    EXPECT_GE(chains, 5);
}

}  // namespace reading_test
}  // namespace ohmcarlo
