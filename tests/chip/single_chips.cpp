#include "chip/single_chips.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/listed_answers.hpp"
#include "chip/small_network.hpp"
#include "chip/small_sequences.hpp"
#include "chip/whole_set.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace single_chips_test {

constexpr std::uint64_t kKey = 13;
const Variation kVariation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2};
const Poll kNoPoll = [] {};

/// Convolution, normalisation, pooling, grouped convolution, dense layers; 6 x 6 images of one channel.
NetworkSpec network() {
  const Planes first{4, 6, 6}, pooled{4, 3, 3}, second{6, 3, 3};
  return chain_of({convolution("conv1", {1, 6, 6}, 4, {3, 1, 1}, 1, false), batch_normalisation("norm1", first),
                   activation("relu", "relu1", first), max_pooling("pool1", first, {2, 2, 0}),
                   convolution("conv2", pooled, 6, {3, 1, 1}, 2), batch_normalisation("norm2", second),
                   activation("relu", "relu2", second), flatten("flatten1", second), dense("dense1", 54, 17),
                   activation("relu", "relu3", {17, 1, 1}), dense("dense2", 17, 5)},
                  36, 5);
}

/// Weights as initialised; biases and normalisations that do something.
NetworkState<float> trained() {
  NetworkState<float> state{initial_parameters(network(), 4, 0), initial_normalisations<float>(network())};
  for (const std::size_t layer : {1, 2, 3}) state.parameters[layer].bias.setLinSpaced(-0.25F, 0.5F);
  for (std::size_t i = 0; i < 2; ++i) {
    state.normalisations.parameters[i].gamma.setLinSpaced(0.5F, 1.5F);
    state.normalisations.parameters[i].beta.setLinSpaced(-0.2F, 0.3F);
    state.normalisations.running[i].mean.setLinSpaced(-0.1F, 0.4F);
    state.normalisations.running[i].variance.setLinSpaced(0.2F, 2.0F);
  }
  return state;
}

NetworkState<float> chip_state(std::uint32_t trial) {
  NetworkState<float> chip = trained();
  program_weights(kVariation, kKey, chip_address(kVariation, 0, trial), chip.parameters);
  return chip;
}

/// Chips first_trial, first_trial + 1, ...
std::unique_ptr<SingleChips> programmed(Index copies, std::uint32_t first_trial, const SampleSet& images) {
  auto chips = std::make_unique<SingleChips>(small::trained_network(network(), trained()), kVariation,
                                             small::evaluation_set(images), copies);
  chips->program({kKey, 0, first_trial}, kNoPoll);
  return chips;
}

std::vector<std::uint32_t> numbers(std::size_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

Tally evaluated(std::uint32_t trial, const SampleSet& images) {
  return programmed(1, trial, images)->evaluate(numbers(images.count()), kNoPoll).front().tally;
}

/// Images first, first + 1, ... of a set.
SampleSet part(const SampleSet& images, std::size_t first, std::size_t count) {
  const auto pixels = images.pixels().subspan(36 * first, 36 * count);
  const auto labels = images.labels().subspan(first, count);
  return SampleSet::of_images(images.shape(), {pixels.begin(), pixels.end()}, {labels.begin(), labels.end()},
                              images.classes());
}

using Values = std::vector<double>;

/// What follows is the network again, by loops over one image in double.
Values convolved(const Node& layer, Index groups, const LayerParameters<float>& weights, const Values& x) {
  Values y(static_cast<std::size_t>(layer.out().features));
  const Planes &planes_in = layer.in().planes, &planes_out = layer.out().planes;
  const Index in = planes_in.channels / groups, out = planes_out.channels / groups;
  for (Index o = 0; o < planes_out.channels; ++o)
    for (Index r = 0; r < planes_out.height; ++r)
      for (Index c = 0; c < planes_out.width; ++c) {
        double sum = weights.bias(o);
        for (Index i = 0; i < in; ++i)
          for (Index k = 0; k < 9; ++k) {
            const Index row = r + k / 3 - 1, column = c + k % 3 - 1;
            if (row < 0 || row >= planes_in.height || column < 0 || column >= planes_in.width) continue;
            const Index from = ((o / out * in + i) * planes_in.height + row) * planes_in.width + column;
            sum += double{weights.weights(o, i * 9 + k)} * x[static_cast<std::size_t>(from)];
          }
        y[static_cast<std::size_t>((o * planes_out.height + r) * planes_out.width + c)] = sum;
      }
  return y;
}

void normalise_and_clip(const Normalisations<float>& all, std::size_t i, std::size_t positions, Values& x) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const auto channel = static_cast<Index>(j / positions);
    const double sd = std::sqrt(double{all.running[i].variance(channel)} + 1e-5);
    x[j] = (x[j] - double{all.running[i].mean(channel)}) / sd * double{all.parameters[i].gamma(channel)} +
           double{all.parameters[i].beta(channel)};
    x[j] = std::max(x[j], 0.0);
  }
}

Values pooled(const Values& x) {
  Values y;
  for (std::size_t channel = 0; channel < 4; ++channel)
    for (std::size_t r = 0; r < 6; r += 2)
      for (std::size_t c = 0; c < 6; c += 2) {
        const double* at = &x[channel * 36 + r * 6 + c];
        y.push_back(std::max(std::max(at[0], at[1]), std::max(at[6], at[7])));
      }
  return y;
}

Values product(const LayerParameters<float>& weights, const Values& x) {
  Values y;
  for (Index o = 0; o < weights.weights.rows(); ++o) {
    double sum = weights.bias(o);
    for (std::size_t i = 0; i < x.size(); ++i) sum += double{weights.weights(o, static_cast<Index>(i))} * x[i];
    y.push_back(sum);
  }
  return y;
}

Values logits(const NetworkState<float>& state, const std::uint8_t* pixels) {
  const NetworkSpec spec = network();
  Values x;
  for (int i = 0; i < 36; ++i) x.push_back(pixels[i] / 255.0);
  x = convolved(spec.layers[0], 1, state.parameters[0], x);
  normalise_and_clip(state.normalisations, 0, 36, x);
  x = convolved(spec.layers[4], 2, state.parameters[1], pooled(x));
  normalise_and_clip(state.normalisations, 1, 9, x);
  x = product(state.parameters[2], x);
  for (double& value : x) value = std::max(value, 0.0);
  return product(state.parameters[3], x);
}

TEST(SingleChips, AgreeWithLoopsOverOneImageWithTheChipsWeights) {
  const SampleSet images = small::images(205);
  const std::vector<ChipOutcome> outcomes = programmed(3, 40, images)->evaluate(numbers(images.count()), kNoPoll);
  ASSERT_EQ(outcomes.size(), 3U);
  for (const std::uint32_t copy : {0U, 1U, 2U}) {
    const NetworkState<float> state = chip_state(40 + copy);
    double loss = 0;
    std::vector<double> confusion(25);
    for (std::size_t i = 0; i < images.count(); ++i) {
      const Values z = logits(state, images.pixels(i).data());
      double sum = 0;
      for (const double value : z) sum += std::exp(value - z[static_cast<std::size_t>(images.labels()[i])]);
      loss += std::log(sum);
      confusion[static_cast<std::size_t>(5 * images.labels()[i] +
                                         std::distance(z.begin(), std::ranges::max_element(z)))] += 1;
    }
    EXPECT_EQ(outcomes[copy].tally.images, 205);
    EXPECT_NEAR(outcomes[copy].tally.loss_sum, loss, 1e-5 * loss);
    EXPECT_EQ(outcomes[copy].tally.confusion, confusion);
  }
  EXPECT_NE(outcomes[0].tally.loss_sum, outcomes[1].tally.loss_sum);
}

TEST(SingleChips, HoldTheProgrammedWeights) {
  const auto chips = programmed(2, 7, small::images(1));
  chips->program({kKey, 0, 9}, kNoPoll);  // chips 7 and 8 are overwritten
  for (const std::uint32_t copy : {0U, 1U}) {
    const NetworkState<float> expected = chip_state(9 + copy);
    for (std::size_t layer = 0; layer < 4; ++layer)
      EXPECT_EQ(chips->read_back(copy, layer), expected.parameters[layer].weights) << copy << ", " << layer;
  }
}

// Bit for bit: the losses of single images, added up in order, are the loss of all.
TEST(SingleChips, AnImageGetsTheSameBitsWhateverItsBatchMates) {
  const SampleSet images = small::images(205);
  double alone = 0, halves = 0;
  for (std::size_t i = 0; i < images.count(); ++i) alone += evaluated(3, part(images, i, 1)).loss_sum;
  const Tally all = evaluated(3, images);
  EXPECT_EQ(all.loss_sum, alone);
  const Tally first = evaluated(3, part(images, 0, 101)), second = evaluated(3, part(images, 101, 104));
  halves = first.loss_sum + second.loss_sum;
  EXPECT_NEAR(all.loss_sum, halves, 1e-12 * halves);  // doubles added up in another order
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(all.confusion[i], first.confusion[i] + second.confusion[i]);
}

TEST(SingleChips, EvaluateTheImagesOfAList) {
  const SampleSet images = small::images(205);
  const auto chips = programmed(1, 3, images);
  double loss = 0;
  for (const std::size_t image : {204U, 9U, 77U}) loss += evaluated(3, part(images, image, 1)).loss_sum;
  const std::vector<std::uint32_t> list{204, 9, 77};
  EXPECT_EQ(chips->evaluate(list, kNoPoll).front().tally.loss_sum, loss);  // added up in the order of the list
}

TEST(SingleChips, AChipDoesNotDependOnTheOthers) {
  const SampleSet images = small::images(50);
  const std::vector<ChipOutcome> both = programmed(2, 5, images)->evaluate(numbers(50), kNoPoll);
  EXPECT_EQ(both[0].tally.loss_sum, evaluated(5, images).loss_sum);
  EXPECT_EQ(both[1].tally.loss_sum, evaluated(6, images).loss_sum);
}

TEST(SingleChips, RunNetworksOfDenseLayersToo) {
  const auto images = small::evaluation_set(small::images(301));
  const auto clean = small::trained_network(small::kSpec, {small::parameters(), {}});
  ChipGroup group(clean, kVariation, images, 1);
  SingleChips single(clean, kVariation, images, 1);
  for (Chips* chips : {static_cast<Chips*>(&group), static_cast<Chips*>(&single)})
    chips->program({kKey, 0, 1}, kNoPoll);
  const Tally expected = small::tallies(group, *images, kNoPoll).front();
  const Tally tally = small::tallies(single, *images, kNoPoll).front();
  EXPECT_NEAR(tally.loss(), expected.loss(), 1e-6);
  EXPECT_EQ(tally.confusion, expected.confusion);
}

TEST(SingleChips, EvaluationPassesOnWhatPollThrows) {
  const auto chips = programmed(1, 0, small::images(205));
  int polls = 0;
  EXPECT_THROW((void)chips->evaluate(numbers(205),
                                     [&] {
                                       if (++polls == 2) throw Interrupted();
                                     }),
               Interrupted);
  EXPECT_EQ(polls, 2);
}

TEST(SingleChips, EveryChipAnswersToImagesOfItsOwn) {
  const SampleSet images = small::images(205);
  const auto chips = programmed(6, 40, images);
  const EvaluationSet test(images);
  small::expect_answers(*chips, test, small::image_lists({100, 1, 5, 0, 6, 7}, 205));
  small::expect_refusals(*chips, test);
}

TEST(SingleChips, AnswersAreOfTheListedSequencesAndTheirFrames) {
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = small::recurrent(frame_wise);
    const auto test = small::evaluation_set(small::sequences(120, frame_wise), small::kFeatureScaling);
    SingleChips chips(small::trained_network(spec, {initial_parameters(spec, 4, 0), {}}), kVariation, test, 3);
    chips.program({kKey, 0, 0}, kNoPoll);
    small::expect_answers(chips, *test, small::image_lists({7, 100, 5}, 120));
    small::expect_refusals(chips, *test);
  }
}

}  // namespace single_chips_test
}  // namespace ohmcarlo
