#include "chip/group.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "network/architecture.hpp"
#include "chip/small_network.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint64_t kKey = 11;
constexpr std::size_t kImages = 1301;  // two full batches and a part of one
const Variation kVariation{.sigma = 0.15, .weight_bits = 8, .cell_bits = 2};
const Poll kNoPoll = [] {};

const EvaluationSet& evaluation_set() {
  static const EvaluationSet set(small::images(kImages));
  return set;
}

/// Chips first_trial, first_trial + 1, ... on `copies` places.
ChipGroup group(Index copies, std::uint32_t first_trial, const Variation& variation = kVariation) {
  ChipGroup chips(small::kSpec, copies);
  for (Index copy = 0; copy < copies; ++copy)
    chips.program(copy, {small::parameters(), {}}, variation, kKey,
                  chip_address(variation, 0, first_trial + static_cast<std::uint32_t>(copy)));
  return chips;
}

/// What a chip holds, worked out without a group.
Parameters<float> chip_parameters(std::uint32_t trial, const Variation& variation = kVariation) {
  Parameters<float> chip = small::parameters();
  program_weights(variation, kKey, chip_address(variation, 0, trial), chip);
  return chip;
}

TEST(ChipGroup, EveryCopyWithoutErrorsHoldsTheCleanWeights) {
  const ChipGroup chips = group(5, 0, Variation{});
  const Parameters<float> clean = small::parameters();
  for (Index copy = 0; copy < 5; ++copy)
    for (std::size_t layer = 0; layer < 3; ++layer)
      EXPECT_EQ(chips.read_back(copy, layer), clean[layer].weights) << copy << ", " << layer;
}

TEST(ChipGroup, EveryCopyHoldsItsOwnChip) {
  const ChipGroup chips = group(5, 20);
  for (Index copy = 0; copy < 5; ++copy) {
    const Parameters<float> expected = chip_parameters(20 + static_cast<std::uint32_t>(copy));
    for (std::size_t layer = 0; layer < 3; ++layer) EXPECT_EQ(chips.read_back(copy, layer), expected[layer].weights);
  }
}

TEST(ChipGroup, ProgrammingACopyAgainLeavesNoTraceOfTheOldChip) {
  ChipGroup chips = group(3, 0);
  chips.program(1, {small::parameters(), {}}, kVariation, kKey, chip_address(kVariation, 0, 77));
  for (std::size_t layer = 0; layer < 3; ++layer) {
    EXPECT_EQ(chips.read_back(0, layer), chip_parameters(0)[layer].weights);
    EXPECT_EQ(chips.read_back(1, layer), chip_parameters(77)[layer].weights);
    EXPECT_EQ(chips.read_back(2, layer), chip_parameters(2)[layer].weights);
  }
}

TEST(ChipGroup, AChipDoesNotDependOnHowManyStandBesideIt) {
  const std::vector<Tally> eight = group(8, 0).evaluate(evaluation_set(), kNoPoll);
  ASSERT_EQ(eight.size(), 8U);
  for (std::uint32_t trial = 0; trial < 8; ++trial) {
    const std::vector<Tally> alone = group(1, trial).evaluate(evaluation_set(), kNoPoll);
    EXPECT_EQ(eight[trial].images, static_cast<double>(kImages));
    EXPECT_EQ(eight[trial].correct, alone[0].correct) << trial;
    EXPECT_NEAR(eight[trial].loss(), alone[0].loss(), 1e-6) << trial;
    EXPECT_NEAR(eight[trial].ekl(), alone[0].ekl(), 1e-6) << trial;
  }
  // Chips differ, or this says nothing.
  EXPECT_NE(eight[0].loss_sum, eight[1].loss_sum);
}

TEST(ChipGroup, TheSameGroupGivesTheSameBits) {
  const std::vector<Tally> first = group(8, 8).evaluate(evaluation_set(), kNoPoll);
  const std::vector<Tally> again = group(8, 8).evaluate(evaluation_set(), kNoPoll);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(first[i].correct, again[i].correct);
    EXPECT_EQ(first[i].loss_sum, again[i].loss_sum);
    EXPECT_EQ(first[i].correct_ekl, again[i].correct_ekl);
  }
}

/// Loss and number of correct images of a chip, all in double and image by image.
Tally plain_double_pass(const NetworkSpec& spec, const Parameters<float>& chip, const SampleSet& images) {
  Parameters<double> parameters;
  for (const LayerParameters<float>& layer : chip)
    parameters.push_back({layer.weights.cast<double>(), layer.bias.cast<double>()});
  Matrix<double> x(static_cast<Index>(images.count()), static_cast<Index>(images.shape().values()));
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = images.pixels()[static_cast<std::size_t>(i)] / 255.0;
  const MatrixPass<double> pass(parameters);
  Activations<double> activations;
  const Matrix<double> logits = Network<double>(spec).forward(x, pass.weights(), activations).map();
  Tally tally;
  for (Index i = 0; i < x.rows(); ++i) {
    const Index label = images.labels()[static_cast<std::size_t>(i)];
    Index best = 0;
    logits.row(i).maxCoeff(&best);
    const double loss = std::log((logits.row(i).array() - logits(i, label)).exp().sum());
    tally.images += 1;
    tally.loss_sum += loss;
    tally.correct += best == label ? 1 : 0;
    tally.correct_ekl += best == label ? loss : 0;
  }
  return tally;
}

TEST(ChipGroup, AgreesWithAPlainPassInDouble) {
  const SampleSet images = small::images(kImages);
  const std::vector<Tally> chips = group(8, 0).evaluate(evaluation_set(), kNoPoll);
  for (std::uint32_t trial = 0; trial < 8; ++trial) {
    const Tally expected = plain_double_pass(small::kSpec, chip_parameters(trial), images);
    EXPECT_NEAR(chips[trial].correct, expected.correct, 1) << trial;
    EXPECT_NEAR(chips[trial].loss(), expected.loss(), 1e-4 * expected.loss()) << trial;
    EXPECT_NEAR(chips[trial].ekl(), expected.ekl(), 1e-3) << trial;
  }
}

TEST(ChipGroup, RunsNetworksOfOneLayer) {
  const NetworkSpec spec = mlp(36, {}, "relu", 5);
  const Parameters<float> parameters = {{small::parameters()[0].weights.topRows(5), Vector<float>::LinSpaced(5, 0, 1)}};
  ChipGroup chips(spec, 2);
  for (Index copy = 0; copy < 2; ++copy)
    chips.program(copy, {parameters, {}}, Variation{}, kKey, chip_address({}, 0, 0));
  const Tally expected = plain_double_pass(spec, parameters, small::images(kImages));
  for (const Tally& chip : chips.evaluate(evaluation_set(), kNoPoll)) {
    EXPECT_NEAR(chip.correct, expected.correct, 1);
    EXPECT_NEAR(chip.loss(), expected.loss(), 1e-4 * expected.loss());
  }
}

TEST(ChipGroup, MoreVariationCostsMore) {
  const auto mean_loss = [](double sigma) {
    double sum = 0;
    for (const Tally& chip : group(8, 0, {.sigma = sigma}).evaluate(evaluation_set(), kNoPoll)) sum += chip.loss() / 8;
    return sum;
  };
  EXPECT_LT(mean_loss(0), mean_loss(0.5));
  EXPECT_LT(mean_loss(0.5), mean_loss(1.5));
}

TEST(ChipGroup, EvaluationPassesOnWhatPollThrows) {
  int polls = 0;
  ChipGroup chips = group(1, 0);
  EXPECT_THROW((void)chips.evaluate(evaluation_set(),
                                    [&] {
                                      if (++polls == 2) throw Interrupted();
                                    }),
               Interrupted);
  EXPECT_EQ(polls, 2);
}

}  // namespace
}  // namespace ohmcarlo
