#include "trial/hardness.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "chip/small_sequences.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace hardness_test {

const std::string kSmall = "[network]\nhidden = []\n[training]\nepochs = 1\nbatch = 20\n[trials]\n";

/// The margin of every test image by hand: a network of one layer is a matrix.
std::vector<double> margins_of(const TrainedNetwork& network, const SampleSet& images) {
  std::vector<double> margins;
  for (std::size_t i = 0; i < images.count(); ++i) {
    std::vector<double> logits;
    for (Index c = 0; c < 10; ++c) {
      logits.push_back(network.state.parameters[0].bias(c));
      for (std::size_t p = 0; p < 784; ++p)
        logits.back() += network.state.parameters[0].weights(c, static_cast<Index>(p)) * (images.pixels(i)[p] / 255.0);
    }
    const auto label = static_cast<std::size_t>(images.labels()[i]);
    double other = -INFINITY;
    for (std::size_t c = 0; c < 10; ++c)
      if (c != label) other = std::max(other, logits[c]);
    margins.push_back(logits[label] - other);
  }
  return margins;
}

struct Hard {
  explicit Hard(const std::string& images) : job(kSmall + "images = " + images + "\n") {
    Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
    model = models.load(0, false, never);
    test = job.data().test(Point(job.experiment().points[0]).data, model->scaling());
  }
  [[nodiscard]] ImageHardness measure() const { return measure_hardness(job.experiment(), *model, test, never); }

  SmallJob job;
  std::shared_ptr<const LoadedModel> model;
  std::shared_ptr<const EvaluationSet> test;
};

TEST(ImageHardness, IsTheRankOfTheMarginWithinTheClass) {
  const Hard hard("\"two-stage\"");
  const ImageHardness hardness = hard.measure();
  const SampleSet& images = hard.test->data();
  EXPECT_EQ(hardness.classes, 10U);
  EXPECT_EQ(hardness.labels, std::vector<Label>(images.labels().begin(), images.labels().end()));
  const std::vector<double> margins = margins_of(*hard.model->network(), images);
  ASSERT_EQ(hardness.ranks.size(), 50U);
  for (std::size_t i = 0; i < 50; ++i) {
    double harder = 0;
    for (std::size_t j = 0; j < 50; ++j)
      harder += images.labels()[j] == images.labels()[i] && margins[j] < margins[i] ? 1 : 0;
    EXPECT_EQ(hardness.ranks[i], harder) << i;
  }
}

// 6 bands of 10 classes are more than half of 20 images: then all images are ordered together.
TEST(ImageHardness, OfSmallSamplesKnowsNoClasses) {
  const Hard hard("20");
  const ImageHardness hardness = hard.measure();
  EXPECT_EQ(hardness.classes, 0U);
  EXPECT_EQ(hardness.labels, std::vector<Label>(50, 0));
  const std::vector<double> margins = margins_of(*hard.model->network(), hard.test->data());
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_EQ(hardness.ranks[i], std::ranges::count_if(margins, [&](double m) { return m < margins[i]; })) << i;
}

TEST(ImageHardness, ANetworkThatDivergedSaysNothing) {
  const Hard hard("\"two-stage\"");
  const LoadedModel diverged(*hard.model->network(), hard.model->scaling(), true);
  const ImageHardness hardness = measure_hardness(hard.job.experiment(), diverged, hard.test, never);
  EXPECT_EQ(hardness.classes, 10U);
  EXPECT_EQ(hardness.labels, hard.measure().labels);
  EXPECT_TRUE(hardness.ranks.empty());
}

// Their frames have the classes; recordings differ by how many there are.
TEST(ImageHardness, OfRecordingsWithALabelAFrameIsTheirLength) {
  const Hard hard("\"two-stage\"");
  const auto recordings = std::make_shared<const EvaluationSet>(small::sequences(20, true), small::kFeatureScaling);
  const ImageHardness hardness = measure_hardness(hard.job.experiment(), *hard.model, recordings, never);
  EXPECT_EQ(hardness.classes, 0U);
  EXPECT_EQ(hardness.labels, std::vector<Label>(20, 0));
  ASSERT_EQ(hardness.ranks.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(hardness.ranks[i], static_cast<double>(1 + i % 7));
}

}  // namespace hardness_test
}  // namespace ohmcarlo::test
