#include "device/variation.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace variation_test {

constexpr std::uint64_t kKey = 12345;
const Address kChip{.purpose = Purpose::programming, .layer = 1, .replica = 2, .trial = 3};

Variation variation(double sigma, int weight_bits, int cell_bits, Sampler sampler = Sampler::weight) {
  return {.sigma = sigma, .weight_bits = weight_bits, .cell_bits = cell_bits, .sampler = sampler};
}

TEST(WeightSd, OfEightBitsOnTwoBitCellsIsThePublishedNumber) {
  EXPECT_NEAR(weight_sd(variation(1, 8, 2)), 0.77763, 5e-6);
  EXPECT_DOUBLE_EQ(weight_sd(variation(1, 8, 2)), std::sqrt(4369.0) / 85);
  EXPECT_DOUBLE_EQ(weight_sd(variation(0.25, 8, 2)), 0.25 * std::sqrt(4369.0) / 85);
}

TEST(LargestErrors, AreThoseOfAllCellsInOneDirection) {
  const std::vector<float> weights{0, 0.5F, -2};
  const std::vector<float> one_cell{0.5F, 0.5F, 0.5F};  // sigma times the largest weight
  EXPECT_EQ(largest_errors(variation(0.25, 0, 0), 2, weights), one_cell);
  EXPECT_EQ(largest_errors(variation(0.25, 8, 2), 2, weights), one_cell);  // 3 + 12 + 48 + 192 of 255
  for (const float error : largest_errors(variation(0.25, 7, 2), 2, weights)) EXPECT_FLOAT_EQ(error, 0.5F * 255 / 127);
}

TEST(LargestErrors, AreOtherOnesInTheMiddleBand) {
  Variation banded = variation(0.25, 0, 0);
  banded.band_factor = 2;  // sigma / sqrt(.4 x 4 + .6) outside
  const auto outside = static_cast<float>(0.5 / std::sqrt(2.2));
  const std::vector<float> errors = largest_errors(banded, 2, std::vector<float>{0.4F, -0.6F, 1.4F, 2});
  EXPECT_FLOAT_EQ(errors[0], outside);
  EXPECT_FLOAT_EQ(errors[1], 2 * outside);
  EXPECT_FLOAT_EQ(errors[2], 2 * outside);
  EXPECT_FLOAT_EQ(errors[3], outside);
}

TEST(WeightSd, OfOneCellIsSigma) {
  EXPECT_EQ(weight_sd(variation(0.3, 0, 0)), 0.3);
  EXPECT_EQ(weight_sd(variation(0.3, 8, 0)), 0.3);  // analog, whatever the bits of the weight
  EXPECT_EQ(weight_sd(variation(0.3, 8, 8)), 0.3);
  EXPECT_EQ(weight_sd(variation(0.3, 1, 1)), 0.3);
}

TEST(WeightSd, OfBitsThatDoNotDivideKeepsTheLastCellsWholeScale) {
  const Variation uneven = variation(1, 8, 3);
  EXPECT_EQ(uneven.cells(), 3);
  EXPECT_DOUBLE_EQ(cell_weight(uneven, 0), 7.0 / 255);
  EXPECT_DOUBLE_EQ(cell_weight(uneven, 1), 56.0 / 255);
  EXPECT_DOUBLE_EQ(cell_weight(uneven, 2), 448.0 / 255);
  EXPECT_DOUBLE_EQ(weight_sd(uneven), 7 * std::sqrt(1.0 + 64 + 4096) / 255);
}

TEST(CellWeight, FullScalesOfAllCellsAddUpToTheWeightsRange) {
  for (const auto& [weight_bits, cell_bits] : {std::pair{8, 1}, {8, 2}, {8, 4}, {8, 8}, {6, 3}, {16, 4}}) {
    const Variation stack = variation(1, weight_bits, cell_bits);
    EXPECT_EQ(stack.cells(), weight_bits / cell_bits);
    double sum = 0;
    for (int slice = 0; slice < stack.cells(); ++slice) {
      sum += cell_weight(stack, slice);
      EXPECT_DOUBLE_EQ(cell_weight(stack, slice) / cell_weight(stack, 0), std::ldexp(1.0, cell_bits * slice));
    }
    EXPECT_NEAR(sum, 1, 1e-15);
  }
  EXPECT_EQ(cell_weight(variation(1, 0, 0), 0), 1);
}

std::vector<float> errors(const Variation& of, const Address& address = kChip, float max_weight = 1,
                          std::size_t count = 5000) {
  std::vector<float> weights(count, 0.0F);
  add_variation(of, max_weight, kKey, address, weights);
  return weights;
}

TEST(AddVariation, OfSigmaZeroChangesNoBit) {
  for (const Sampler sampler : {Sampler::weight, Sampler::cells}) {
    std::vector<float> weights = {1.5F, -0.0F, 3e-40F, -7.0F};
    const std::vector<float> before = weights;
    add_variation(variation(0, 8, 2, sampler), 7, kKey, kChip, weights);
    EXPECT_EQ(weights, before);
    EXPECT_TRUE(std::signbit(weights[1]));
  }
}

TEST(WriteWeights, InPartsAreThoseOfTheWhole) {
  std::vector<float> clean(5000);
  for (std::size_t i = 0; i < clean.size(); ++i) clean[i] = std::sin(static_cast<float>(i));
  for (const Variation& of : {variation(0, 8, 2), variation(0.1, 8, 2), variation(0.1, 8, 2, Sampler::cells),
                              Variation{.sigma = 0.1, .band_factor = 3}}) {
    std::vector<float> whole = clean, parts(clean.size());
    add_variation(of, 1, kKey, kChip, whole);
    for (std::size_t first = 0; first < clean.size(); first += 1111) {
      const std::size_t count = std::min<std::size_t>(1111, clean.size() - first);
      write_weights(of, 1, kKey, kChip, first, std::span(clean).subspan(first, count),
                    std::span(parts).subspan(first, count));
    }
    EXPECT_EQ(parts, whole);
  }
  EXPECT_THROW(write_weights({}, 1, kKey, kChip, 0, clean, std::span(clean).first(2)), std::logic_error);
}

TEST(AddVariation, ScalesTheNormalsOfItsAddress) {
  std::vector<float> normals(5000);
  Stream(kKey, kChip).normals(0, normals);
  const std::vector<float> drawn = errors(variation(0.1, 8, 2), kChip, 2.5F);
  const double sd = 2.5 * 0.1 * std::sqrt(4369.0) / 85;
  for (std::size_t i = 0; i < drawn.size(); ++i) ASSERT_NEAR(drawn[i], sd * normals[i], 1e-6) << i;
}

TEST(AddVariation, EveryCellHasAStreamOfItsOwn) {
  const Variation stack = variation(0.1, 8, 2, Sampler::cells);
  std::vector<double> expected(5000, 0.0);
  std::vector<std::vector<float>> slices(4, std::vector<float>(5000));
  for (std::uint32_t slice = 0; slice < 4; ++slice) {
    Address address = kChip;
    address.slice = slice;
    Stream(kKey, address).normals(0, slices[slice]);
    const double scale = 0.1 * 3 * std::pow(4, slice) / 255;
    for (std::size_t i = 0; i < 5000; ++i) expected[i] += scale * slices[slice][i];
    for (std::uint32_t other = 0; other < slice; ++other) EXPECT_NE(slices[slice], slices[other]);
  }
  const std::vector<float> drawn = errors(stack);
  for (std::size_t i = 0; i < 5000; ++i) ASSERT_NEAR(drawn[i], expected[i], 1e-6) << i;
}

// Common random numbers: the same chip at twice the sigma has twice the error.
TEST(AddVariation, IsLinearInSigma) {
  for (const Sampler sampler : {Sampler::weight, Sampler::cells}) {
    const std::vector<float> once = errors(variation(0.1, 8, 2, sampler));
    const std::vector<float> twice = errors(variation(0.2, 8, 2, sampler));
    const std::vector<float> thrice = errors(variation(0.3, 8, 2, sampler));
    for (std::size_t i = 0; i < once.size(); ++i) {
      ASSERT_EQ(twice[i], 2 * once[i]);
      ASSERT_NEAR(thrice[i], 3.0 * once[i], 1e-6);
    }
  }
}

TEST(AddVariation, IsLinearInTheLargestWeight) {
  const std::vector<float> one = errors(variation(0.1, 8, 2), kChip, 1);
  const std::vector<float> four = errors(variation(0.1, 8, 2), kChip, 4);
  for (std::size_t i = 0; i < one.size(); ++i) ASSERT_EQ(four[i], 4 * one[i]);
}

TEST(AddVariation, ErrorsDoNotDependOnTheWeights) {
  for (const Sampler sampler : {Sampler::weight, Sampler::cells}) {
    const std::vector<float> from_zero = errors(variation(0.1, 8, 2, sampler));
    std::vector<float> weights(5000);
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] = (i % 2 == 0 ? 1.0F : -1.0F) * static_cast<float>(i) / 5000;
    const std::vector<float> before = weights;
    add_variation(variation(0.1, 8, 2, sampler), 1, kKey, kChip, weights);
    for (std::size_t i = 0; i < weights.size(); ++i) ASSERT_NEAR(weights[i] - before[i], from_zero[i], 1e-6);
  }
}

TEST(AddVariation, WeightsOfAPrefixHaveTheSameErrors) {
  const std::vector<float> all = errors(variation(0.1, 8, 2, Sampler::cells));
  const std::vector<float> some = errors(variation(0.1, 8, 2, Sampler::cells), kChip, 1, 2049);
  EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin()));
}

TEST(AddVariation, OtherChipsReplicasLayersAndKeysDiffer) {
  const std::vector<float> here = errors(variation(0.1, 0, 0));
  for (const auto change : {&Address::trial, &Address::replica, &Address::layer}) {
    Address other = kChip;
    other.*change += 1;
    EXPECT_NE(errors(variation(0.1, 0, 0), other), here);
  }
  std::vector<float> other_key(5000, 0.0F);
  add_variation(variation(0.1, 0, 0), 1, kKey + 1, kChip, other_key);
  EXPECT_NE(other_key, here);
}

// sigma / sqrt(0.4 s^2 + 0.6) outside 0.25 < |w| / max|W| < 0.75, s times as much inside; the ends belong outside.
TEST(AddVariation, OfABandHasMoreOrLessNoiseInTheMiddle) {
  constexpr float kMax = 2;
  const std::vector<float> clean = {0, 0.4F, 0.5F, 0.52F, -1, 1.48F, 1.5F, -1.9F, 2, -0.51F};
  const std::vector<bool> inside = {false, false, false, true, true, true, false, false, false, true};
  for (const Sampler sampler : {Sampler::weight, Sampler::cells})
    for (const double factor : {2.0, 0.5}) {
      Variation variation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2, .sampler = sampler};
      std::vector<float> errors(clean.size(), 0.0F), weights = clean;
      add_variation(variation, kMax, 7, {.purpose = Purpose::programming}, errors);
      variation.band_factor = factor;
      add_variation(variation, kMax, 7, {.purpose = Purpose::programming}, weights);
      for (std::size_t i = 0; i < clean.size(); ++i) {
        const double expected = (inside[i] ? factor : 1) / std::sqrt(0.4 * factor * factor + 0.6);
        EXPECT_NEAR((weights[i] - clean[i]) / errors[i], expected, 1e-3) << i;
      }
    }
}

}  // namespace variation_test
}  // namespace ohmcarlo
