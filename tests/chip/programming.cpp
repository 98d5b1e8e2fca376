#include "chip/programming.hpp"

#include <gtest/gtest.h>

#include "chip/small_network.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace programming_test {

const Variation kVariation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2};

Parameters<float> programmed(const Variation& variation, std::uint32_t trial) {
  Parameters<float> chip = small::parameters();
  program_weights(variation, 1, chip_address(variation, 0, trial), chip);
  return chip;
}

TEST(ProgramWeights, BiasesAreNeverPerturbed) {
  const Parameters<float> clean = small::parameters();
  const Parameters<float> chip = programmed(kVariation, 0);
  for (std::size_t i = 0; i < clean.size(); ++i) EXPECT_EQ(chip[i].bias, clean[i].bias);
}

TEST(ProgramWeights, EveryWeightOfEveryLayerIsPerturbed) {
  const Parameters<float> clean = small::parameters();
  const Parameters<float> chip = programmed(kVariation, 0);
  ASSERT_EQ(chip.size(), 3U);
  for (std::size_t i = 0; i < clean.size(); ++i)
    EXPECT_TRUE((chip[i].weights.array() != clean[i].weights.array()).all()) << i;
}

TEST(ProgramWeights, TheScaleIsEachLayersOwnLargestWeight) {
  Parameters<float> clean = small::parameters();
  for (std::size_t i = 0; i < clean.size(); ++i) {
    clean[i].weights *= 0.01F / clean[i].weights.cwiseAbs().maxCoeff();
    clean[i].weights(3, 2) = i == 0 ? -4.0F : 0.5F;  // the largest is negative in one layer
  }
  Parameters<float> chip = clean;
  program_weights(kVariation, 1, chip_address(kVariation, 0, 9), chip);
  for (std::uint32_t i = 0; i < clean.size(); ++i) {
    Address address = chip_address(kVariation, 0, 9);
    address.layer = i;
    Matrix<float> normals(clean[i].weights.rows(), clean[i].weights.cols());
    Stream(1, address).normals(0, {normals.data(), static_cast<std::size_t>(normals.size())});
    const float scale = static_cast<float>(weight_sd(kVariation)) * (i == 0 ? 4.0F : 0.5F);
    EXPECT_LT((chip[i].weights - clean[i].weights - scale * normals).cwiseAbs().maxCoeff(), 2e-6F) << i;
  }
}

TEST(ProgramWeights, LayersOfOneShapeGetDifferentErrors) {
  Parameters<float> same(2, {Matrix<float>::Ones(8, 8), Vector<float>::Zero(8)});
  program_weights(kVariation, 1, chip_address(kVariation, 0, 0), same);
  EXPECT_NE(same[0].weights, same[1].weights);
}

TEST(ProgramWeights, OfSigmaZeroWritesTheCleanWeights) {
  for (const Sampler sampler : {Sampler::weight, Sampler::cells}) {
    const Parameters<float> clean = small::parameters();
    const Parameters<float> chip = programmed({.weight_bits = 8, .cell_bits = 2, .sampler = sampler}, 3);
    for (std::size_t i = 0; i < clean.size(); ++i) EXPECT_EQ(chip[i].weights, clean[i].weights);
  }
}

TEST(ChipAddress, IsTheSameForEverySigmaAndStack) {
  const Address address = chip_address(kVariation, 1, 2);
  EXPECT_EQ(chip_address({.sigma = 0.4}, 1, 2), address);
  EXPECT_EQ(chip_address({.sigma = 0}, 1, 2), address);
  EXPECT_EQ(address.replica, 1U);
  EXPECT_EQ(address.trial, 2U);
}

TEST(ChipAddress, TellsReplicasTrialsAndSamplersApart) {
  const Address address = chip_address(kVariation, 1, 2);
  EXPECT_NE(chip_address(kVariation, 0, 2), address);
  EXPECT_NE(chip_address(kVariation, 1, 3), address);
  EXPECT_NE(chip_address({.sampler = Sampler::cells}, 1, 2).purpose, address.purpose);
}

}  // namespace programming_test
}  // namespace ohmcarlo
