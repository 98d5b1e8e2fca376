#include "trial/chip_sample.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace chip_sample_test {

/// 60 images of three strata of 30, 20 and 10, mixed; chips 0 and 1 of replica 0 are the pilot.
Sampling design() {
  Sampling sampling;
  for (std::size_t i = 0; i < 60; ++i) sampling.stratum.push_back(i % 2 == 0 ? 0 : i % 3 == 0 ? 2 : 1);
  sampling.pilot_chips = 2;
  sampling.pilot_sizes = {6, 4, 10};
  sampling.sizes = {2, 3, 5};
  return sampling;
}

constexpr double kCounts[] = {30, 20, 10};

TEST(ChipSampler, DrawsTheSizesOfTheDesignWithWhatEachImageStandsFor) {
  ChipSampler sampler(design());
  EXPECT_EQ(std::vector<std::uint32_t>(sampler.strata().begin(), sampler.strata().end()),
            (std::vector<std::uint32_t>{30, 20, 10}));
  for (const auto& [replica, trial] : {std::pair<std::uint32_t, std::uint32_t>{0, 1}, {0, 2}, {1, 0}}) {
    const std::vector<std::uint32_t> sizes = replica == 0 && trial < 2 ? design().pilot_sizes : design().sizes;
    const ChipSample sample = sampler.draw(7, replica, trial);
    ASSERT_EQ(sample.images.size(), std::accumulate(sizes.begin(), sizes.end(), 0U));
    EXPECT_TRUE(std::ranges::is_sorted(sample.images));
    EXPECT_EQ(std::set<std::uint32_t>(sample.images.begin(), sample.images.end()).size(), sample.images.size());
    std::vector<std::uint32_t> found(3);
    for (std::size_t i = 0; i < sample.images.size(); ++i) {
      const std::uint16_t h = design().stratum[sample.images[i]];
      EXPECT_EQ(sample.stratum[i], h);
      EXPECT_DOUBLE_EQ(sample.weights[i], kCounts[h] / sizes[h]);
      ++found[h];
    }
    EXPECT_EQ(found, sizes);
    EXPECT_FALSE(sample.is_whole);
    EXPECT_NEAR(std::accumulate(sample.weights.begin(), sample.weights.end(), 0.0), 60, 1e-12);
  }
}

// Nobody has to know what was drawn before, so that any rank may evaluate any chip.
TEST(ChipSampler, AChipsSampleIsItsOwnWhereverItIsDrawn) {
  ChipSampler one(design()), other(design());
  (void)other.draw(9, 3, 17);
  EXPECT_EQ(one.draw(7, 0, 5).images, other.draw(7, 0, 5).images);
  EXPECT_NE(one.draw(7, 0, 5).images, one.draw(7, 0, 6).images);
  EXPECT_NE(one.draw(7, 0, 5).images, one.draw(7, 1, 5).images);
  EXPECT_NE(one.draw(7, 0, 5).images, one.draw(8, 0, 5).images);
}

TEST(ChipSampler, SmallerSamplesAreWithinLargerOnes) {
  Sampling larger = design();
  larger.sizes = {15, 3, 9};
  const std::vector<std::uint32_t> few = ChipSampler(design()).draw(7, 0, 5).images,
                                   many = ChipSampler(larger).draw(7, 0, 5).images;
  EXPECT_TRUE(std::ranges::includes(many, few));
}

TEST(ChipSampler, AllImagesAreAWholeSample) {
  Sampling all = design();
  all.sizes = {30, 20, 10};
  ChipSampler sampler(all);
  const ChipSample whole = sampler.draw(7, 0, 5);
  EXPECT_TRUE(whole.is_whole);
  EXPECT_FALSE(sampler.draw(7, 0, 1).is_whole) << "the pilot's still is none";
  for (std::uint32_t i = 0; i < 60; ++i) EXPECT_EQ(whole.images[i], i);
  for (const double weight : whole.weights) EXPECT_EQ(weight, 1);
}

TEST(ChipSampler, ADesignHasASizeForEveryStratum) {
  Sampling wrong = design();
  wrong.sizes = {2, 3};
  wrong.pilot_sizes.clear();
  EXPECT_THROW(ChipSampler{wrong}, std::logic_error);
}

/// An answer of class 0 or 1; right if `right`.
Answer answer_of(std::uint32_t place, Label label, bool right, double loss) {
  return {.place = place, .label = label, .answer = right ? label : 1 - label, .loss = loss, .margin = 0};
}

/// Answers to a sample: labels in turn, right or wrong and losses at random.
std::vector<Answer> answers_to(const ChipSample& sample) {
  std::mt19937 random(5);
  std::vector<Answer> answers;
  for (std::uint32_t i = 0; i < sample.images.size(); ++i)
    answers.push_back(answer_of(i, static_cast<Label>(sample.images[i] % 2), random() % 3 > 0,
                                0.25 * static_cast<double>(random() % 16)));
  return answers;
}

/// The mean over all images of what `value` says of an answer, and the variance of that by the choice of images: means
/// of every stratum, weighted by the images it has.
struct Expected {
  double mean = 0, variance = 0;
};
template <class Value>
Expected expect(const ChipSample& sample, const std::vector<Answer>& answers, const Value& value) {
  std::map<std::uint16_t, std::vector<double>> strata;
  for (const Answer& answer : answers) strata[sample.stratum[answer.place]].push_back(value(answer));
  Expected expected;
  for (const auto& [h, values] : strata) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double each : values) squares += (each - mean) * (each - mean);
    expected.mean += kCounts[h] / 60 * mean;
    expected.variance += std::pow(kCounts[h] / 60, 2) * squares / (n - 1) * (1 / n - 1 / kCounts[h]);
  }
  return expected;
}

bool is_right(const Answer& answer) {
  return answer.answer == static_cast<std::int32_t>(answer.label);
}

TEST(WeighAnswers, EstimatesMeansOverAllImagesFromThoseOfTheStrata) {
  ChipSampler sampler(design());
  for (const std::uint32_t trial : {0U, 4U}) {
    const ChipSample sample = sampler.draw(7, 0, trial);
    const std::vector<Answer> answers = answers_to(sample);
    const SampledAnswers weighed = weigh_answers(sample, answers, sampler.strata(), 2);
    const Expected accuracy = expect(sample, answers, [](const Answer&a) { return is_right(a) ? 1.0 : 0.0; }),
                   loss = expect(sample, answers, [](const Answer&a) { return a.loss; }),
                   ekl = expect(sample, answers, [](const Answer&a) { return is_right(a) ? a.loss : 0.0; });
    EXPECT_NEAR(weighed.tally.accuracy(), accuracy.mean, 1e-12);
    EXPECT_NEAR(weighed.accuracy.variance, accuracy.variance, 1e-12);
    EXPECT_NEAR(weighed.tally.loss(), loss.mean, 1e-12);
    EXPECT_NEAR(weighed.loss.variance, loss.variance, 1e-12);
    EXPECT_NEAR(weighed.tally.ekl(), ekl.mean / accuracy.mean, 1e-12) << "a ratio of sums over all images";
    const double of_class = expect(sample, answers, [](const Answer&a) { return a.label == 1 ? 1.0 : 0.0; }).mean,
                 right = expect(sample, answers, [](const Answer&a) {
                           return a.label == 1 && is_right(a) ? 1.0 : 0.0;
                         }).mean;
    EXPECT_NEAR(weighed.tally.class_accuracy(1), right / of_class, 1e-12);
  }
}

TEST(WeighAnswers, SumsOfEveryStratumAreThoseOfItsImages) {
  ChipSampler sampler(design());
  const ChipSample sample = sampler.draw(7, 0, 0);
  const std::vector<Answer> answers = answers_to(sample);
  const SampledAnswers weighed = weigh_answers(sample, answers, sampler.strata(), 2);
  ASSERT_EQ(weighed.accuracy.sums.size(), 3U);
  for (std::uint16_t h = 0; h < 3; ++h) {
    double right = 0, loss = 0, squares = 0;
    for (const Answer& answer : answers) {
      if (sample.stratum[answer.place] != h) continue;
      right += is_right(answer) ? 1 : 0;
      loss += answer.loss;
      squares += answer.loss * answer.loss;
    }
    EXPECT_EQ(weighed.accuracy.sums[h].count, design().pilot_sizes[h]);
    EXPECT_NEAR(weighed.accuracy.sums[h].sum, right, 1e-12);
    EXPECT_NEAR(weighed.accuracy.sums[h].squares, right, 1e-12);
    EXPECT_NEAR(weighed.loss.sums[h].sum, loss, 1e-12);
    EXPECT_NEAR(weighed.loss.sums[h].squares, squares, 1e-12);
  }
}

TEST(WeighAnswers, AWholeSampleHasNoErrorAndIsCounted) {
  Sampling all = design();
  all.sizes = {30, 20, 10};
  ChipSampler sampler(all);
  const ChipSample sample = sampler.draw(7, 0, 5);
  const std::vector<Answer> answers = answers_to(sample);
  const SampledAnswers weighed = weigh_answers(sample, answers, sampler.strata(), 2);
  EXPECT_EQ(weighed.accuracy.variance, 0);
  EXPECT_EQ(weighed.loss.variance, 0);
  EXPECT_EQ(weighed.tally.images, 60);
  EXPECT_EQ(weighed.tally.correct, std::ranges::count_if(answers, is_right));
}

// Recordings of 1, 2 or 3 labelled frames: shares of right frames are ratios of sums over recordings, r = y / x, whose
// variance is that of the mean of (y_i - r x_i) / mean x (Cochran, section 6.3, in every stratum).
TEST(WeighAnswers, FramesOfRecordingsAreARatioOfSums) {
  ChipSampler sampler(design());
  const ChipSample sample = sampler.draw(7, 0, 4);
  std::mt19937 random(6);
  std::vector<Answer> answers, residuals, frames, right;
  for (std::uint32_t i = 0; i < sample.images.size(); ++i) {
    const std::uint32_t length = 1 + sample.images[i] % 3;
    double sum = 0;
    for (std::uint32_t frame = 0; frame < length; ++frame) {
      answers.push_back(answer_of(i, 0, random() % 3 > 0, 0.5));
      sum += is_right(answers.back()) ? 1 : 0;
    }
    frames.push_back(answer_of(i, 0, true, length));
    right.push_back(answer_of(i, 0, true, sum));
  }
  const auto loss = [](const Answer& a) { return a.loss; };
  const double mean_frames = expect(sample, frames, loss).mean, ratio = expect(sample, right, loss).mean / mean_frames;
  for (std::uint32_t i = 0; i < sample.images.size(); ++i)
    residuals.push_back(answer_of(i, 0, true, (right[i].loss - ratio * frames[i].loss) / mean_frames));
  const SampledAnswers weighed = weigh_answers(sample, answers, sampler.strata(), 2);
  EXPECT_NEAR(weighed.tally.accuracy(), ratio, 1e-12);
  EXPECT_NEAR(weighed.accuracy.variance, expect(sample, residuals, loss).variance, 1e-12);
  EXPECT_NEAR(weighed.tally.loss(), 0.5, 1e-12);
  EXPECT_NEAR(weighed.loss.variance, 0, 1e-12) << "every frame's loss is the same, whatever is drawn";
}

}  // namespace chip_sample_test
}  // namespace ohmcarlo
