#include "chip/group.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "chip/listed_answers.hpp"
#include "chip/small_network.hpp"
#include "chip/small_sequences.hpp"
#include "chip/whole_set.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace group_test {

constexpr std::uint64_t kKey = 11;
constexpr std::size_t kImages = 1301;  // two full batches and a part of one
const Variation kVariation{.sigma = 0.15, .weight_bits = 8, .cell_bits = 2};
const Poll kNoPoll = [] {};

std::shared_ptr<const EvaluationSet> test_set() {
  static const auto set = small::evaluation_set(small::images(kImages));
  return set;
}

/// Not programmed yet.
ChipGroup blank_group(Index copies, const Variation& variation = kVariation) {
  return ChipGroup(small::trained_network(small::kSpec, {small::parameters(), {}}), variation, test_set(), copies);
}

/// The tallies of chips first_trial, first_trial + 1, ... on `copies` places.
std::vector<Tally> group_tallies(Index copies, std::uint32_t first_trial, const Variation& variation = kVariation) {
  ChipGroup chips = blank_group(copies, variation);
  chips.program({kKey, 0, first_trial}, kNoPoll);
  return small::tallies(chips, *test_set(), kNoPoll);
}

/// What a chip holds, worked out without a group.
Parameters<float> chip_parameters(std::uint32_t trial, const Variation& variation = kVariation) {
  Parameters<float> chip = small::parameters();
  program_weights(variation, kKey, chip_address(variation, 0, trial), chip);
  return chip;
}

TEST(ChipGroup, EveryCopyWithoutErrorsHoldsTheCleanWeights) {
  ChipGroup chips = blank_group(5, Variation{});
  chips.program({kKey, 0, 0}, kNoPoll);
  const Parameters<float> clean = small::parameters();
  for (Index copy = 0; copy < 5; ++copy)
    for (std::size_t layer = 0; layer < 3; ++layer)
      EXPECT_EQ(chips.read_back(copy, layer), clean[layer].weights) << copy << ", " << layer;
}

TEST(ChipGroup, EveryCopyHoldsItsOwnChip) {
  ChipGroup chips = blank_group(5);
  chips.program({kKey, 0, 20}, kNoPoll);
  for (Index copy = 0; copy < 5; ++copy) {
    const Parameters<float> expected = chip_parameters(20 + static_cast<std::uint32_t>(copy));
    for (std::size_t layer = 0; layer < 3; ++layer) EXPECT_EQ(chips.read_back(copy, layer), expected[layer].weights);
  }
}

TEST(ChipGroup, ProgrammingAgainLeavesNoTraceOfTheOldChips) {
  ChipGroup chips = blank_group(3);
  for (const std::uint32_t first : {77U, 5U}) chips.program({kKey, 0, first}, kNoPoll);
  for (const std::uint32_t copy : {0U, 1U, 2U})
    for (std::size_t layer = 0; layer < 3; ++layer)
      EXPECT_EQ(chips.read_back(copy, layer), chip_parameters(5 + copy)[layer].weights);
}

TEST(ChipGroup, AChipDoesNotDependOnHowManyStandBesideIt) {
  const std::vector<Tally> eight = group_tallies(8, 0);
  ASSERT_EQ(eight.size(), 8U);
  for (std::uint32_t trial = 0; trial < 8; ++trial) {
    const std::vector<Tally> alone = group_tallies(1, trial);
    EXPECT_EQ(eight[trial].images, static_cast<double>(kImages));
    EXPECT_EQ(eight[trial].correct, alone[0].correct) << trial;
    EXPECT_NEAR(eight[trial].loss(), alone[0].loss(), 1e-6) << trial;
    EXPECT_NEAR(eight[trial].ekl(), alone[0].ekl(), 1e-6) << trial;
  }
  // Chips differ, or this says nothing.
  EXPECT_NE(eight[0].loss_sum, eight[1].loss_sum);
}

TEST(ChipGroup, TheSameGroupGivesTheSameBits) {
  const std::vector<Tally> first = group_tallies(8, 8);
  const std::vector<Tally> again = group_tallies(8, 8);
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
  const std::vector<Tally> chips = group_tallies(8, 0);
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
  ChipGroup chips(small::trained_network(spec, {parameters, {}}), Variation{}, test_set(), 2);
  chips.program({kKey, 0, 0}, kNoPoll);
  const Tally expected = plain_double_pass(spec, parameters, small::images(kImages));
  for (const Tally& chip : small::tallies(chips, *test_set(), kNoPoll)) {
    EXPECT_NEAR(chip.correct, expected.correct, 1);
    EXPECT_NEAR(chip.loss(), expected.loss(), 1e-4 * expected.loss());
  }
}

// What one image yields alone is what a list that holds it yields more than the list without it.
TEST(ChipGroup, AnImageYieldsTheSameInEveryList) {
  ChipGroup chips = blank_group(3);
  chips.program({kKey, 0, 4}, kNoPoll);
  const auto tally = [&](const std::vector<std::uint32_t>& which, std::size_t chip) {
    return chips.evaluate(which, kNoPoll)[chip].tally;
  };
  for (std::size_t chip = 0; chip < 3; ++chip) {
    Tally sum;
    for (const std::uint32_t image : {1300U, 3U, 512U, 4U}) {
      const Tally alone = tally({image}, chip);
      EXPECT_EQ(alone.images, 1);
      EXPECT_EQ(tally({image, image}, chip).loss_sum, 2 * alone.loss_sum);
      sum.correct += alone.correct;
      sum.loss_sum += alone.loss_sum;
    }
    const Tally list = tally({3, 4, 512, 1300}, chip);
    EXPECT_EQ(list.correct, sum.correct);
    EXPECT_NEAR(list.loss_sum, sum.loss_sum, 1e-14 * sum.loss_sum);  // doubles added up in another order
    double all = 0;
    for (std::uint32_t image = 0; image < kImages; ++image) all += tally({image}, chip).correct;
    EXPECT_EQ(chips.evaluate(test_set()->all(), kNoPoll)[chip].tally.correct, all);
  }
}

TEST(ChipGroup, MoreVariationCostsMore) {
  const auto mean_loss = [](double sigma) {
    double sum = 0;
    for (const Tally& chip : group_tallies(8, 0, {.sigma = sigma})) sum += chip.loss() / 8;
    return sum;
  };
  EXPECT_LT(mean_loss(0), mean_loss(0.5));
  EXPECT_LT(mean_loss(0.5), mean_loss(1.5));
}

TEST(ChipGroup, EvaluationPassesOnWhatPollThrows) {
  int polls = 0;
  ChipGroup chips = blank_group(1);
  chips.program({kKey, 0, 0}, kNoPoll);
  EXPECT_THROW((void)chips.evaluate(test_set()->all(),
                                    [&] {
                                      if (++polls == 2) throw Interrupted();
                                    }),
               Interrupted);
  EXPECT_EQ(polls, 2);
}

TEST(ChipGroup, EveryChipAnswersToImagesOfItsOwn) {
  ChipGroup chips = blank_group(8);
  chips.program({kKey, 0, 16}, kNoPoll);
  small::expect_answers(chips, *test_set(), small::image_lists({100, 1, 5, 0, 6, 7, 13, 700}, kImages));
  small::expect_refusals(chips, *test_set());
}

TEST(ChipGroup, AnswersDoNotDependOnHowManyChipsStandBesideTheirs) {
  ChipGroup eight = blank_group(8), alone = blank_group(1);
  const auto lists = small::image_lists({40, 40, 40, 40, 40, 40, 40, 40}, kImages);
  eight.program({kKey, 0, 0}, kNoPoll);
  alone.program({kKey, 0, 5}, kNoPoll);
  EXPECT_EQ(eight.evaluate_each(lists, kNoPoll)[5].answers,
            alone.evaluate_each(std::span(lists).subspan(5, 1), kNoPoll).front().answers);
}

TEST(ChipGroup, ProgrammedAndEvaluatedChipByChipTheyAreTheSame) {
  ChipGroup chips = blank_group(3), by_chip = blank_group(3);
  const auto lists = small::image_lists({40, 0, 700}, kImages);
  chips.program({kKey, 1, 8}, kNoPoll);
  const std::vector<ChipOutcome> expected = chips.evaluate_each(lists, kNoPoll);
  const std::vector<ChipOutcome> outcomes = by_chip.program_and_evaluate_each({kKey, 1, 8}, lists, kNoPoll);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(outcomes[i].answers, expected[i].answers);
    EXPECT_EQ(by_chip.read_back(static_cast<Index>(i), 0), chips.read_back(static_cast<Index>(i), 0));
  }
  EXPECT_THROW((void)by_chip.program_and_evaluate_each({kKey, 0, 0}, std::span(lists).first(2), kNoPoll),
               std::logic_error);
}

// Chips that a file has already are left out of their group.
TEST(ChipGroup, NoBitDependsOnHowManyChipsStandBesideIt) {
  for (const char* activation : {"relu", "tanh", "sigmoid", "abs"}) {
    const NetworkSpec spec = mlp(36, {21, 15}, activation, 5);
    const auto test = small::evaluation_set(small::images(150));
    const auto network = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
    ChipGroup eight(network, kVariation, test, 8), three(network, kVariation, test, 3);
    eight.program({kKey, 2, 16}, kNoPoll);
    three.program({kKey, 2, 21}, kNoPoll);
    const std::vector<ChipOutcome> all = eight.evaluate(test->all(), kNoPoll);
    const std::vector<ChipOutcome> last = three.evaluate(test->all(), kNoPoll);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(last[i].tally.correct, all[5 + i].tally.correct) << activation;
      EXPECT_EQ(last[i].tally.loss_sum, all[5 + i].tally.loss_sum) << activation;
      EXPECT_EQ(last[i].tally.confusion, all[5 + i].tally.confusion) << activation;
    }
  }
}

/// Chips of this network on images that are shifted, or on labelled frames, or on pixels: answers to a few lists.
void expect_group_answers(const NetworkSpec& spec, const std::shared_ptr<const EvaluationSet>& test) {
  ASSERT_TRUE(fits_group(spec));
  const Normalisations<float> normalisations = initial_normalisations<float>(spec);
  ChipGroup chips(small::trained_network(spec, {initial_parameters(spec, 4, 0), normalisations}), kVariation, test, 3);
  chips.program({kKey, 0, 0}, kNoPoll);
  small::expect_answers(chips, *test, small::image_lists({7, 100, 5}, static_cast<std::uint32_t>(test->images())));
  small::expect_refusals(chips, *test);
}

TEST(ChipGroup, AnswersAreOfTheListWhateverTheNetwork) {
  for (const char* activation : {"tanh", "sigmoid"})
    expect_group_answers(mlp(36, {20, 15}, activation, 5), small::evaluation_set(small::images(150)));
  expect_group_answers(mlp(36, {}, "relu", 5), small::evaluation_set(small::images(150)));
  expect_group_answers(chain_of({dense("dense1", 36, 21), batch_normalisation("norm1", {21, 1, 1}),
                                 activation("tanh", "tanh1", {21, 1, 1}), dense("dense2", 21, 5)},
                                36, 5),
                       small::evaluation_set(small::images(150)));
}

TEST(ChipGroup, AnswersAreOfTheListWhenPixelsAreShifted) {
  expect_group_answers(small::kSpec, small::evaluation_set(small::images(150), {{0.4F}, {3.0F}}));
}

TEST(ChipGroup, AnswersAreOfTheFramesOfTheListedRecordings) {
  const NetworkSpec frames = build_network({2, 1, 1}, 3, std::vector<std::string>{"dense 7", "tanh", "dense classes"});
  expect_group_answers(frames, small::evaluation_set(small::sequences(40, true), small::kFeatureScaling));
}

TEST(ChipGroup, AnswersPassOnWhatPollThrows) {
  int polls = 0;
  ChipGroup chips = blank_group(1);
  chips.program({kKey, 0, 0}, kNoPoll);
  EXPECT_THROW((void)chips.evaluate_each(small::image_lists({700}, kImages),
                                         [&] {
                                           if (++polls == 2) throw Interrupted();
                                         }),
               Interrupted);
  EXPECT_EQ(polls, 2);
}

}  // namespace group_test
}  // namespace ohmcarlo
