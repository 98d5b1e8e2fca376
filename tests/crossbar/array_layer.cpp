// What must hold for every chain, whatever it is built of.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"

namespace ohmcarlo {
namespace array_layer_test {

Matrix<float> read(const RandomChain& chain, const ArrayLayer& layer, const LayerScales& scales) {
  Matrix<float> y(chain.x.rows(), chain.weights.rows());
  layer.read(chain.x, chain.names(), scales, chain.chip, y);
  return y;
}

/// Whole numbers of low..high, the first one being `high`.
Matrix<float> whole_numbers(Choices& choose, Index rows, Index cols, int low, int high) {
  Matrix<float> m(rows, cols);
  for (float& v : m.reshaped()) v = static_cast<float>(choose.number(low, high));
  m(0, 0) = static_cast<float>(high);
  return m;
}

TEST(ChainWithoutConverters, IsTheProductOfWholeNumbersInEveryEncoding) {
  using enum InputEncoding;
  Choices choose(1);
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset}) {
    for (const int cell_bits : {0, 1, 2, 3, 7}) {
      for (const InputEncoding encoding : {unsigned_, sign_magnitude, twos_complement, offset}) {
        for (const int read_bits : {0, 1, 3, 8}) {
          if (encoding == twos_complement && read_bits != 1) continue;
          ArrayOptions options;
          options.format = {mapping, 7, mapping == Mapping::mid_point && cell_bits > 0 ? 7 : cell_bits};
          options.cells.range.top = options.format.top();
          options.tile_rows = 31;
          const int most_weight = static_cast<int>(options.format.largest_code());
          const int most_input = encoding == unsigned_ ? 255 : 127;
          options.dac = {{8, read_bits, encoding}, static_cast<double>(most_input)};
          const Matrix<float> weights = whole_numbers(choose, 5, 100, -most_weight, most_weight);
          const Matrix<float> x = whole_numbers(choose, 7, 100, encoding == unsigned_ ? 0 : -most_input, most_input);
          const ArrayLayer layer(options, weights);
          Matrix<float> y(7, 5);
          const std::vector<std::uint32_t> images(7);
          layer.read(x, {images}, calibrate(layer, x), {}, y);
          const Matrix<float> expected = (x.cast<double>() * weights.cast<double>().transpose()).cast<float>();
          ASSERT_EQ(y, expected) << int(mapping) << ", " << cell_bits << "-bit cells, encoding " << int(encoding)
                                 << ", " << read_bits << " bits at a time";
        }
      }
    }
  }
}

TEST(ReadBack, OfCellsWithoutErrorsIsTheQuantisedWeights) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto chain = random_chain(seed);
    const ArrayLayer layer(chain->options, chain->weights);
    const WeightCodes codes = quantise(chain->options.format, chain->weights);
    const Matrix<double> expected = codes.codes.cast<double>() * codes.unit;
    const double pedestal = layer.single_ended() ? chain->options.cells.range.pedestal() : 0;
    const bool exact = chain->options.format.weight_bits > 0 && std::floor(pedestal) == pedestal;
    const double rounding = exact ? 0 : 3e-7 * (1 + pedestal) * 256;
    const Matrix<float> got = layer.read_back();
    for (Index j = 0; j < got.rows(); ++j)
      for (Index i = 0; i < got.cols(); ++i)
        ASSERT_NEAR(got(j, i), static_cast<float>(expected(j, i)), rounding * codes.unit) << chain->text();
    // And these differ from the weights by half a code at most.
    if (chain->options.format.weight_bits > 0) {
      ASSERT_LE((expected - chain->weights.cast<double>()).cwiseAbs().maxCoeff(), codes.unit * 0.500001);
    }
  }
}

TEST(ChainWithoutConverters, MultipliesByTheWeightsThatTheCellsHold) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto chain = random_chain(seed);
    chain->options.adc.bits = 0;
    chain->options.dac = {};
    chain->options.dac.coding.encoding = InputEncoding::automatic;
    chain->options.cells.variation.sigma = 0.1;
    ArrayLayer layer(chain->options, chain->weights);
    layer.program(chain->chip);
    const Matrix<double> held = layer.read_back().cast<double>();
    const Matrix<double> expected = chain->x.cast<double>() * held.transpose();
    const Matrix<float> y = read(*chain, layer, calibrate(layer, chain->x));
    const double scale = layer.weight_unit() * layer.options().format.top() *
                         chain->options.format.slice_weight(chain->options.format.slices() - 1);
    ASSERT_LE((y.cast<double>() - expected).cwiseAbs().maxCoeff(), 2e-6 * scale * static_cast<double>(chain->x.cols()))
        << chain->text();
  }
}

TEST(Chain, GivesARowTheSameBitsWhereverItLiesInABatch) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    const auto chain = random_chain(seed);
    make_noisy(*chain, seed + 5);
    ArrayLayer layer(chain->options, chain->weights);
    layer.program(chain->chip);
    Choices choose(seed);
    chain->positions = 1;
    chain->x = random_matrix(choose, 300, chain->weights.cols(), -1, 1, 0.2);
    chain->images.resize(300);
    std::iota(chain->images.begin(), chain->images.end(), 40U);
    const LayerScales scales = calibrate(layer, chain->x);
    const Matrix<float> all = read(*chain, layer, scales);
    for (const Index row : {0, 1, 127, 128, 200, 299}) {
      Matrix<float> y(1, all.cols());
      layer.read(View<const float>(chain->x).middle_rows(row, 1), {std::span(&chain->images[size_t(row)], 1)}, scales,
                 chain->chip, y);
      ASSERT_EQ(y.row(0), all.row(row)) << row << " of " << chain->text();
    }
    // Another order of the same images.
    RandomChain turned = *chain;
    turned.x = chain->x.colwise().reverse();
    std::reverse(turned.images.begin(), turned.images.end());
    Matrix<float> y(300, all.cols());
    layer.read(turned.x, turned.names(), scales, chain->chip, y);
    ASSERT_EQ(y, all.colwise().reverse()) << chain->text();
  }
}

TEST(Chain, NamesRowsByImageAndPosition) {
  const auto chain = random_chain(3);
  chain->options.read_noise = {0.3F, 0, 0};
  chain->options.adc.bits = 0;
  const ArrayLayer layer(chain->options, chain->weights);
  const Matrix<float> x = Matrix<float>::Ones(6, chain->weights.cols());
  const LayerScales scales = calibrate(layer, x);
  const auto rows = [&](std::vector<std::uint32_t> images, Index positions) {
    Matrix<float> y(static_cast<Index>(images.size()) * positions, chain->weights.rows());
    layer.read(View<const float>(x).middle_rows(0, y.rows()), {images, positions}, scales, chain->chip, y);
    return y;
  };
  const Matrix<float> pair = rows({7, 3}, 3);
  EXPECT_EQ(pair.bottomRows(3), rows({3}, 3));
  EXPECT_NE(pair.row(0), pair.row(1));
  EXPECT_NE(pair.row(0), pair.row(3));
  EXPECT_EQ(pair.row(0), rows({7}, 1).row(0));
}

TEST(Chain, DoesNotSeeWhereOutputsAreCutIfRangesAreShared) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    const auto chain = random_chain(seed);
    chain->options.adc.granularity = Granularity::layer;
    const bool reference = chain->options.format.has_reference();  // every array has its own: only without noise
    if (!reference) make_noisy(*chain, seed);
    chain->options.adc.percentile = 100;  // more reference columns would be more sums
    chain->options.cells.faults.rate = 0;
    Matrix<float> first;
    for (const Index columns : {0, 1, 3}) {
      RandomChain other = *chain;
      other.options.tile_columns = columns;
      ArrayLayer layer(other.options, other.weights);
      const LayerScales scales = calibrate(layer, other.x);
      if (!reference) layer.program(other.chip);
      const Matrix<float> y = read(other, layer, scales);
      if (columns == 0) first = y;
      // Analog sums of an array with more reference columns may differ in their last bits.
      const bool rounded = reference && other.options.adc.bits == 0;
      if (!rounded) {
        ASSERT_EQ(y, first) << columns << " columns of " << chain->text();
      }
    }
  }
}

TEST(Programming, DoesNotSeeWhereTheLayerIsCut) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto chain = random_chain(seed);
    if (chain->options.format.has_reference()) continue;  // each array has its own reference column
    chain->options.cells.variation.sigma = 0.1;
    chain->options.cells.faults.rate = 0.05;
    Matrix<float> first;
    for (const Index size : {0, 1, 4}) {
      RandomChain other = *chain;
      other.options.tile_rows = other.options.tile_columns = size;
      ArrayLayer layer(other.options, other.weights);
      layer.program(other.chip);
      if (size == 0) first = layer.read_back();
      ASSERT_EQ(layer.read_back(), first) << chain->text();
    }
  }
}

TEST(Programming, UsesTheSameNumbersForEverySigma) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto chain = random_chain(seed);
    const ArrayLayer ideal(chain->options, chain->weights, true);
    const auto errors = [&](double sigma, bool negative) {
      chain->options.cells.variation.sigma = sigma;
      ArrayLayer layer(chain->options, chain->weights, true);
      layer.program(chain->chip);
      return Matrix<float>(layer.plane(0, negative) - ideal.plane(0, negative));
    };
    for (const bool negative : {false, true}) {
      if (negative && chain->options.format.mapping == Mapping::sign_magnitude) continue;
      const Matrix<float> once = errors(0.1, negative), twice = errors(0.2, negative);
      ASSERT_GT(once.cwiseAbs().maxCoeff(), 0);
      ASSERT_LE((twice - 2 * once).cwiseAbs().maxCoeff(), 5e-7 * chain->options.format.top()) << chain->text();
    }
    if (chain->options.format.mapping != Mapping::sign_magnitude) {  // each cell of a pair has errors of its own
      ASSERT_NE(errors(0.1, false)(0, 0), errors(0.1, true)(0, 0));
    }
  }
}

TEST(OffsetMapping, SubtractsTheReferenceColumnOfTheArray) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    const auto chain = random_chain(seed);
    chain->options.format.mapping = Mapping::offset;
    if (chain->options.format.weight_bits == 1) chain->options.format.weight_bits = 2;
    chain->options.cells.range.top = chain->options.format.top();
    chain->options.cells.variation.sigma = 0.1;
    ArrayLayer layer(chain->options, chain->weights, true);
    layer.program(chain->chip);
    const Matrix<float> held = layer.read_back();
    const Tiles& tiles = layer.tiles();
    for (Index j = 0; j < held.rows(); ++j) {
      for (Index i = 0; i < held.cols(); ++i) {
        double steps = 0, size = 0;
        for (int slice = 0; slice < chain->options.format.slices(); ++slice) {
          const double weight = chain->options.format.slice_weight(slice);
          steps += weight * (layer.plane(slice, false)(j, i) - double{layer.plane(slice, true)(j / tiles.columns, i)});
          size += weight * (2 * chain->options.format.top() + 2 * chain->options.cells.range.pedestal());
        }
        ASSERT_NEAR(held(j, i), steps * layer.weight_unit(), 2e-7 * size * layer.weight_unit()) << chain->text();
      }
    }
  }
}

/// A layer of 9 inputs and 5 outputs on arrays of 4 x 3, all cells varied.
ArrayLayer varied_layer(Mapping mapping, bool differential, const WireOptions& wires, const AdcNoise& noise) {
  Choices choose(3);
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = {2e-5, 1e-4, 1};
  options.cells.variation.sigma = 0.3;
  options.cells.clip = Clip::zero;  // levels are -0.25 or more
  options.tile_rows = 4;
  options.tile_columns = 3;
  options.adc.differential = differential;
  options.adc.noise = noise;
  options.wires = wires;
  ArrayLayer layer(options, random_matrix(choose, 5, 9, -1, 1), true);
  layer.program({7, {}});
  return layer;
}

// What both lines of a pair conduct is what each conducts that is converted alone, g_min apart.
TEST(ConductingLevels, OfAPairAreThoseOfBothLines) {
  const AdcNoise noise{AdcNoiseLaw::gaussian, 0, 0.1, 0};
  for (const WireOptions& wires : {WireOptions{}, WireOptions{.row_ohm = 50, .column_ohm = 80}}) {
    const ArrayLayer pairs = varied_layer(Mapping::one_sided, true, wires, noise);
    const ArrayLayer columns = varied_layer(Mapping::one_sided, false, wires, noise);
    ASSERT_EQ(pairs.conducting_levels().cols(), 5);
    for (Index i = 0; i < 9; ++i)
      for (Index j = 0; j < 5; ++j) {
        const Matrix<float>& lines = columns.column_levels();
        // g_min is a quarter of the range.
        ASSERT_NEAR(pairs.conducting_levels()(i, j), lines(i, j) + lines(i, j + 5) - 0.5, 2e-6) << i << " " << j;
        ASSERT_NEAR(pairs.column_levels()(i, j), lines(i, j) - lines(i, j + 5), 2e-6) << i << " " << j;
      }
  }
}

TEST(ConductingLevels, OfDigitalSignsHaveNoSigns) {
  const ArrayLayer layer = varied_layer(Mapping::sign_magnitude, true, {}, {AdcNoiseLaw::gaussian, 0, 0, 0.1});
  EXPECT_EQ(layer.conducting_levels(), layer.plane(0, false).transpose());
}

TEST(ConductingLevels, AreKeptOnlyWhereTheNoiseNeedsThem) {
  const auto kept = [](Mapping mapping, bool differential, const AdcNoise& noise) {
    return varied_layer(mapping, differential, {}, noise).conducting_levels().size() > 0;
  };
  using enum Mapping;
  const AdcNoise grows{AdcNoiseLaw::gaussian, 0, 0.1, 0};
  EXPECT_TRUE(kept(one_sided, true, grows));
  EXPECT_TRUE(kept(mid_point, true, grows));
  EXPECT_TRUE(kept(sign_magnitude, true, grows));
  EXPECT_FALSE(kept(one_sided, false, grows));
  EXPECT_FALSE(kept(offset, true, grows));
  EXPECT_FALSE(kept(one_sided, true, {AdcNoiseLaw::gaussian, 0.1, 0, 0}));
}

TEST(ArrayLayer, RefusesWiresWhereItHasNoCircuitForThem) {
  const Matrix<float> weights = Matrix<float>::Ones(3, 4);
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset}) {
    for (const float noise : {0.0F, 0.1F}) {
      ArrayOptions options;
      options.format.mapping = mapping;
      options.wires.row_ohm = 1;
      options.read_noise.c0 = noise;
      options.read_form = ReadForm::cells;
      const bool refused = mapping == Mapping::sign_magnitude || (mapping == Mapping::offset && noise > 0);
      if (refused) {
        EXPECT_THROW(ArrayLayer(options, weights), std::logic_error);
      } else {
        EXPECT_NO_THROW(ArrayLayer(options, weights));
      }
    }
  }
}

}  // namespace array_layer_test
}  // namespace ohmcarlo
