#include "trial/adversary.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace adversary_test {

constexpr double kSigma = 0.1;

/// A network of these hidden layers and the test images of its job.
struct Target {
  explicit Target(const std::string& hidden)
      : job("network.hidden = " + hidden + "\ntraining.epochs = 12\ntraining.batch = 20\ntrials.count = 1\n") {
    Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
    const std::shared_ptr<const LoadedModel> model = models.load(0, false, never);
    network = *model->network();
    test = job.data().test(Point(job.experiment().points[0]).data, model->scaling());
  }
  [[nodiscard]] WorstChip worst(double bound, const Variation& variation = {.sigma = kSigma}) const {
    return find_worst_chip(network, variation, test, bound, never).worst;
  }

  SmallJob job;
  TrainedNetwork network;
  std::shared_ptr<const EvaluationSet> test;
};

/// Logits of every test image, by hand: ReLU between layers.
std::vector<std::vector<double>> logits_of(const TrainedNetwork& network, const Parameters<float>& chip,
                                           const SampleSet& images) {
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < images.count(); ++i) {
    std::vector<double> values;
    for (std::size_t p = 0; p < 784; ++p) values.push_back(images.pixels(i)[p] / 255.0);
    for (std::size_t layer = 0; layer < chip.size(); ++layer) {
      std::vector<double> next;
      for (Index o = 0; o < chip[layer].weights.rows(); ++o) {
        next.push_back(network.state.parameters[layer].bias(o));
        for (std::size_t j = 0; j < values.size(); ++j)
          next.back() += static_cast<double>(chip[layer].weights(o, static_cast<Index>(j))) * values[j];
        if (layer + 1 < chip.size()) next.back() = std::max(0.0, next.back());
      }
      values = std::move(next);
    }
    all.push_back(std::move(values));
  }
  return all;
}

double accuracy_of(const std::vector<std::vector<double>>& logits, const SampleSet& images) {
  double correct = 0;
  for (std::size_t i = 0; i < logits.size(); ++i)
    correct += std::ranges::max_element(logits[i]) - logits[i].begin() == images.labels()[i] ? 1 : 0;
  return correct / static_cast<double>(logits.size());
}

/// A network of one layer: the derivative of an image's loss by weight (c, p) is pixel p times probability c less the
/// label's one, so that the first step is known weight by weight.
TEST(FindWorstChip, BeginsWithTheWholeBoundAlongTheSignsOfTheGradient) {
  const Target target("[]");
  const SampleSet& images = target.test->data();
  const Parameters<float>& clean = target.network.state.parameters;
  const std::vector<std::vector<double>> logits = logits_of(target.network, clean, images);
  Matrix<double> gradient = Matrix<double>::Zero(10, 784);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    double sum = 0;
    for (const double logit : logits[i]) sum += std::exp(logit);
    for (Index c = 0; c < 10; ++c) {
      const double error = std::exp(logits[i][static_cast<std::size_t>(c)]) / sum - (images.labels()[i] == c ? 1 : 0);
      for (std::size_t p = 0; p < 784; ++p) gradient(c, static_cast<Index>(p)) += error * images.pixels(i)[p];
    }
  }
  for (const double bound : {0.05, 0.2, 0.5}) {
    Parameters<float> moved = clean;
    const double most = kSigma * bound * clean[0].weights.cwiseAbs().maxCoeff();
    for (Index c = 0; c < 10; ++c)
      for (Index p = 0; p < 784; ++p)
        if (gradient(c, p) != 0) moved[0].weights(c, p) += static_cast<float>(gradient(c, p) > 0 ? most : -most);
    EXPECT_NEAR(target.worst(bound).one_step, accuracy_of(logits_of(target.network, moved, images), images), 0.5 / 50)
        << bound;
  }
}

// All test images are told apart at first; a bound that is large enough leaves no more than one class.
TEST(FindWorstChip, CostsMoreThanOneStepAndThanAThousandChipsAtTheBound) {
  const Target target("[16]");
  const SampleSet& images = target.test->data();
  const Parameters<float>& clean = target.network.state.parameters;
  const double before = accuracy_of(logits_of(target.network, clean, images), images);
  bool costs_more = false;
  for (const double bound : {0.2, 0.5}) {
    const WorstChip worst = target.worst(bound);
    EXPECT_EQ(worst.bound, bound);
    EXPECT_LE(worst.one_step, before);
    EXPECT_LE(worst.accuracy, worst.one_step);
    costs_more = costs_more || worst.accuracy < worst.one_step;
    double lowest = 1;
    std::uint64_t state = 1;  // a generator of signs is enough
    for (int chip = 0; chip < 1000; ++chip) {
      Parameters<float> random = clean;
      for (LayerParameters<float>& layer : random) {
        const auto most = static_cast<float>(kSigma * bound) * layer.weights.cwiseAbs().maxCoeff();
        for (Index i = 0; i < layer.weights.size(); ++i) {
          state = state * 6364136223846793005ULL + 1442695040888963407ULL;
          layer.weights.data()[i] += (state >> 63) != 0 ? most : -most;
        }
      }
      lowest = std::min(lowest, accuracy_of(logits_of(target.network, random, images), images));
    }
    EXPECT_LE(worst.accuracy, lowest) << bound;
  }
  EXPECT_TRUE(costs_more);
  EXPECT_LE(target.worst(5).accuracy, 0.1);
}

// Cells of 2 bits whose scales are 3, 12, 48 and 192 of 255 add up to the whole range, as one analog cell has it.
TEST(FindWorstChip, LetsAllCellsOfAStackMissInOneDirection) {
  const Target target("[16]");
  const WorstChip analog = target.worst(0.4),
                  sliced = target.worst(0.4, {.sigma = kSigma, .weight_bits = 8, .cell_bits = 2});
  EXPECT_EQ(analog.accuracy, sliced.accuracy);
  EXPECT_EQ(analog.one_step, sliced.one_step);
}

}  // namespace adversary_test
}  // namespace ohmcarlo::test
