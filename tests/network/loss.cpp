#include "network/loss.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo {
namespace loss_test {

template <class T>
Matrix<T> rows(std::initializer_list<std::initializer_list<T>> values) {
  Matrix<T> m(static_cast<Index>(values.size()), static_cast<Index>(values.begin()->size()));
  Index i = 0;
  for (const auto& row : values) {
    Index j = 0;
    for (const T value : row) m(i, j++) = value;
    ++i;
  }
  return m;
}

// Two classes: -ln p = ln(1 + exp(-(z_label - z_other))), whose slope by z_label is -1 / (1 + exp(z_label - z_other)).
TEST(SoftmaxCrossEntropy, OfTwoClassesIsTheLogisticLoss) {
  const Matrix<double> logits = rows<double>({{1.5, -0.5}, {0.25, 1.0}, {3.0, 3.0}});
  const std::vector<Label> labels = {0, 0, 1};
  Matrix<double> grad(3, 2);
  const double loss = softmax_cross_entropy<double>(logits, labels, grad);
  double expected = 0;
  for (Index i = 0; i < 3; ++i) {
    const Index label = labels[static_cast<std::size_t>(i)];
    const double margin = logits(i, label) - logits(i, 1 - label);
    expected += std::log1p(std::exp(-margin)) / 3;
    EXPECT_NEAR(grad(i, label), -1 / (1 + std::exp(margin)) / 3, 1e-15);
    EXPECT_NEAR(grad(i, 1 - label), 1 / (1 + std::exp(margin)) / 3, 1e-15);
  }
  EXPECT_NEAR(loss, expected, 1e-15);
}

TEST(SoftmaxCrossEntropy, OfEqualLogitsIsTheLogarithmOfTheClasses) {
  const Matrix<double> logits = Matrix<double>::Constant(2, 10, -3.0);
  Matrix<double> grad(2, 10);
  EXPECT_NEAR(softmax_cross_entropy<double>(logits, std::vector<Label>{0, 9}, grad), std::log(10.0), 1e-14);
  EXPECT_NEAR(grad(0, 0), -0.45, 1e-15);
  EXPECT_NEAR(grad(1, 0), 0.05, 1e-15);
}

TEST(SoftmaxCrossEntropy, LargeLogitsDoNotOverflow) {
  const Matrix<float> logits = rows<float>({{3e37F, -3e37F}, {-1e4F, 1e4F}});
  Matrix<float> grad(2, 2);
  EXPECT_EQ(softmax_cross_entropy<float>(logits, std::vector<Label>{0, 1}, grad), 0.0);
  EXPECT_EQ(grad, Matrix<float>::Zero(2, 2));
  EXPECT_EQ(softmax_cross_entropy<float>(logits, std::vector<Label>{0, 0}, grad), 1e4);
  EXPECT_EQ(grad(1, 0), -0.5F);
  EXPECT_EQ(grad(1, 1), 0.5F);
}

std::vector<Tally> tallied(const Matrix<float>& logits, const std::vector<Label>& labels, std::size_t chips) {
  std::vector<Tally> tallies(chips);
  tally(logits, labels, tallies);
  return tallies;
}

TEST(Tally, CountsCorrectImagesLossAndEkl) {
  const Matrix<float> logits = rows<float>({{2, 0, 1}, {0, 3, 1}, {0, 1, 5}});
  const Tally chip = tallied(logits, {0, 1, 0}, 1).front();
  const auto loss = [](double label, double a, double b) {
    return std::log(1 + std::exp(a - label) + std::exp(b - label));
  };
  const double right = loss(2, 0, 1) + loss(3, 0, 1);
  const double wrong = loss(0, 1, 5);
  EXPECT_EQ(chip.images, 3);
  EXPECT_EQ(chip.correct, 2);
  EXPECT_DOUBLE_EQ(chip.accuracy(), 2.0 / 3);
  EXPECT_NEAR(chip.loss(), (right + wrong) / 3, 1e-6);
  EXPECT_NEAR(chip.ekl(), right / 2, 1e-6);
}

TEST(Tally, CountsWhatWasAnsweredForEveryClass) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Matrix<float> logits = rows<float>({{2, 0, 1}, {0, 1, 5}, {0, 1, 3}, {0, 4, 1}, {nan, 1, 0}, {0, nan, 9}});
  const std::vector<Label> labels = {0, 0, 2, 2, 2, 0};
  const Tally chip = tallied(logits, labels, 1).front();
  EXPECT_THAT(chip.confusion, testing::ElementsAre(1, 0, 1, 0, 0, 0, 0, 1, 1));
  EXPECT_THAT(chip.class_images, testing::ElementsAre(3, 0, 3));
  EXPECT_EQ(chip.class_accuracy(0), 1.0 / 3);
  EXPECT_EQ(chip.class_accuracy(2), 1.0 / 3);
  EXPECT_TRUE(std::isnan(chip.class_accuracy(1)));
}

// A matrix of 65,535 classes would take 34 GB.
TEST(Tally, OfManyClassesCountsTheRecognisedAlone) {
  for (const Index classes : {1000, 1001}) {
    Matrix<float> logits = Matrix<float>::Zero(3, classes);
    logits(0, 7) = logits(1, 7) = logits(2, 9) = 1;
    const Tally chip = tallied(logits, {7, 8, 9}, 1).front();
    const auto width = static_cast<std::size_t>(classes);
    ASSERT_EQ(chip.confusion.size(), classes == 1000 ? width * width : width);
    const auto diagonal = [&](std::size_t of_class) {
      return chip.confusion[classes == 1000 ? of_class * width + of_class : of_class];
    };
    EXPECT_EQ(diagonal(7), 1);
    EXPECT_EQ(diagonal(8), 0);
    EXPECT_EQ(diagonal(9), 1);
    EXPECT_EQ(chip.correct, 2);
    EXPECT_EQ(chip.class_images[8], 1);
  }
}

TEST(Tally, AddsUpOverBatches) {
  const Matrix<float> logits = rows<float>({{2, 0, 1}, {0, 3, 1}, {0, 1, 5}});
  const Matrix<float> first = logits.topRows(2);
  const Matrix<float> last = logits.bottomRows(1);
  std::vector<Tally> parts(1);
  tally(first, std::vector<Label>{0, 1}, parts);
  tally(last, std::vector<Label>{0}, parts);
  const Tally whole = tallied(logits, {0, 1, 0}, 1).front();
  EXPECT_EQ(parts[0].images, whole.images);
  EXPECT_EQ(parts[0].correct, whole.correct);
  EXPECT_NEAR(parts[0].loss_sum, whole.loss_sum, 1e-6);
  EXPECT_NEAR(parts[0].correct_ekl, whole.correct_ekl, 1e-6);
}

TEST(Tally, CountsAnImageAlikeWhereverItStands) {
  Matrix<float> logits(37, 3);
  for (Index i = 0; i < logits.size(); ++i) logits.data()[i] = 5 * std::sin(0.7F * static_cast<float>(i));
  const std::vector<Label> labels(37, 1);
  const Tally together = tallied(logits, labels, 1).front();
  std::vector<Tally> one_by_one(1);
  for (Index i = 0; i < 37; ++i) tally(View<const float>(logits).middle_rows(i, 1), {labels.data(), 1}, one_by_one);
  EXPECT_EQ(one_by_one[0].loss_sum, together.loss_sum);
  EXPECT_EQ(one_by_one[0].correct_ekl, together.correct_ekl);
  EXPECT_EQ(one_by_one[0].confusion, together.confusion);
}

TEST(Tally, TheLowestClassWinsATie) {
  const Matrix<float> logits = rows<float>({{1, 1, 0}, {0, 1, 1}});
  EXPECT_EQ(tallied(logits, {0, 1}, 1).front().correct, 2);
  EXPECT_EQ(tallied(logits, {1, 2}, 1).front().correct, 0);
}

TEST(Tally, EklIsUndefinedWithoutACorrectImage) {
  const Tally chip = tallied(rows<float>({{1, 0}}), {1}, 1).front();
  EXPECT_EQ(chip.accuracy(), 0);
  EXPECT_TRUE(std::isnan(chip.ekl()));
  EXPECT_NEAR(chip.loss(), std::log1p(std::exp(1.0)), 1e-6);
}

TEST(Tally, ImagesWithNanLogitsAreWrongWhateverTheirLabel) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const Matrix<float> logits = rows<float>({{kNan, kNan, kNan}, {kNan, 1, 0}, {1, kNan, 0}, {0, 1, kNan}, {0, 1, 0}});
  for (const Label label : {0, 1, 2}) {
    const Tally chip = tallied(logits, std::vector<Label>(5, label), 1).front();
    EXPECT_EQ(chip.correct, label == 1 ? 1 : 0) << int{label};
    EXPECT_EQ(chip.images, 5);
    EXPECT_TRUE(std::isnan(chip.loss()));
    // What is correct has a loss, so the mean over it has a value.
    EXPECT_EQ(std::isnan(chip.ekl()), label != 1);
  }
}

TEST(Tally, LargeLogitsDoNotOverflow) {
  const Tally chip = tallied(rows<float>({{1e30F, 0}, {0, 1e30F}}), {0, 0}, 1).front();
  EXPECT_EQ(chip.correct, 1);
  EXPECT_EQ(chip.ekl(), 0);
  EXPECT_NEAR(chip.loss() / 0.5e30, 1, 1e-6);
}

TEST(Tally, ChipsSideBySideAreCountedApart) {
  const Matrix<float> one = rows<float>({{2, 0, 1}, {0, 3, 1}, {0, 1, 5}});
  const Matrix<float> two = rows<float>({{0, 1, 0}, {4, 0, 0}, {2, 1, 0}});
  Matrix<float> both(3, 6);
  both << one, two;
  const std::vector<Label> labels = {0, 1, 0};
  const std::vector<Tally> chips = tallied(both, labels, 2);
  for (const auto& [chip, alone] :
       {std::pair{chips[0], tallied(one, labels, 1)[0]}, std::pair{chips[1], tallied(two, labels, 1)[0]}}) {
    EXPECT_EQ(chip.images, alone.images);
    EXPECT_EQ(chip.correct, alone.correct);
    EXPECT_NEAR(chip.loss_sum, alone.loss_sum, 1e-6);
    EXPECT_NEAR(chip.correct_ekl, alone.correct_ekl, 1e-6);
    EXPECT_EQ(chip.confusion, alone.confusion);
    EXPECT_EQ(chip.class_images, alone.class_images);
  }
  EXPECT_EQ(chips[0].correct, 2);
  EXPECT_EQ(chips[1].correct, 1);
}

std::vector<Answer> answered(const Matrix<float>& logits, const std::vector<Label>& labels,
                             const std::vector<std::uint32_t>& places) {
  std::vector<Answer> answers;
  append_answers(logits, labels, places, answers);
  return answers;
}

TEST(AppendAnswers, SayClassLossAndMarginOfEveryImage) {
  const Matrix<float> logits = rows<float>({{2, 0, 1}, {0, 3, 1.5}, {0, 1, 5}, {4, 4, 0}, {4, 4, 0}});
  const std::vector<Answer> answers = answered(logits, {0, 1, 0, 0, 1}, {7, 7, 9, 0, 1});
  ASSERT_EQ(answers.size(), 5U);
  const std::uint32_t places[] = {7, 7, 9, 0, 1};
  const Label labels[] = {0, 1, 0, 0, 1};
  const std::int32_t classes[] = {0, 1, 2, 0, 0};  // the lowest class of equals
  const float margins[] = {1, 1.5, -5, 0, 0};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(answers[i].place, places[i]);
    EXPECT_EQ(answers[i].label, labels[i]);
    EXPECT_EQ(answers[i].answer, classes[i]);
    EXPECT_EQ(answers[i].margin, margins[i]);
    const auto row = logits.row(static_cast<Index>(i)).cast<double>().array();
    EXPECT_NEAR(answers[i].loss, std::log((row - row(labels[i])).exp().sum()), 1e-6);
  }
}

TEST(AppendAnswers, WithANanThereIsNone) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const Answer& given : answered(rows<float>({{kNan, 1, 0}, {1, kNan, 0}, {0, 1, kNan}}), {1, 1, 1}, {0, 1, 2})) {
    EXPECT_EQ(given.answer, -1) << given.place;
    EXPECT_TRUE(std::isnan(given.loss)) << given.place;
    EXPECT_TRUE(std::isnan(given.margin)) << given.place;
  }
}

/// Logits of 37 images and three classes, and labels.
struct ManyImages {
  Matrix<float> logits{37, 3};
  std::vector<Label> labels;
  std::vector<std::uint32_t> places;
  std::vector<double> weights;
  ManyImages() {
    for (Index i = 0; i < logits.size(); ++i) logits.data()[i] = 5 * std::sin(0.7F * static_cast<float>(i));
    for (std::uint32_t i = 0; i < 37; ++i) {
      labels.push_back(static_cast<Label>(i * i / 4 % 3));
      places.push_back(36 - i);
      weights.push_back(0.25 + 0.375 * (i % 5));  // exact in binary
    }
    weights[4] = 0;
  }
};

void expect_equal(const Tally& a, const Tally& b) {
  EXPECT_EQ(a.images, b.images);
  EXPECT_EQ(a.correct, b.correct);
  EXPECT_EQ(a.loss_sum, b.loss_sum);
  EXPECT_EQ(a.correct_ekl, b.correct_ekl);
  EXPECT_EQ(a.confusion, b.confusion);
  EXPECT_EQ(a.class_images, b.class_images);
}

TEST(WeightedTally, WithWeightsOfOneIsTheTallyBitForBit) {
  const ManyImages many;
  const Tally expected = tallied(many.logits, many.labels, 1).front();
  expect_equal(weighted_tally(answered(many.logits, many.labels, many.places), std::vector<double>(37, 1), 3),
               expected);
  EXPECT_GT(expected.correct, 5);
  EXPECT_LT(expected.correct, 32);
}

TEST(WeightedTally, CountsEveryImageAsOftenAsItsPlaceWeighs) {
  const ManyImages many;
  Tally expected;
  expected.confusion.resize(9);
  expected.class_images.resize(3);
  for (Index i = 0; i < 37; ++i) {
    const double weight = many.weights[static_cast<std::size_t>(36 - i)];
    const auto label = static_cast<std::size_t>(many.labels[static_cast<std::size_t>(i)]);
    Index best = 0;
    many.logits.row(i).maxCoeff(&best);
    const auto row = many.logits.row(i).cast<double>().array();
    const double loss = std::log((row - row(static_cast<Index>(label))).exp().sum());
    expected.images += weight;
    expected.loss_sum += weight * loss;
    expected.class_images[label] += weight;
    expected.confusion[3 * label + static_cast<std::size_t>(best)] += weight;
    if (best == static_cast<Index>(label)) {
      expected.correct += weight;
      expected.correct_ekl += weight * loss;
    }
  }
  const Tally found = weighted_tally(answered(many.logits, many.labels, many.places), many.weights, 3);
  EXPECT_EQ(found.images, expected.images);
  EXPECT_EQ(found.correct, expected.correct);
  EXPECT_EQ(found.confusion, expected.confusion);
  EXPECT_EQ(found.class_images, expected.class_images);
  EXPECT_NEAR(found.loss_sum, expected.loss_sum, 1e-5);
  EXPECT_NEAR(found.correct_ekl, expected.correct_ekl, 1e-5);
}

TEST(WeightedTally, LeavesOutWhatWeighsNothingAndNansButFromTheLoss) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Answer> answers = {{0, 1, 1, 0.5, 2}, {1, 0, -1, kNan, 0}, {2, 1, 0, 0.75, -1}};
  const Tally without = weighted_tally(answers, std::vector<double>{3, 0, 2}, 2);
  EXPECT_EQ(without.loss_sum, 3);
  EXPECT_EQ(without.images, 5);
  const Tally with = weighted_tally(answers, std::vector<double>{3, 4, 2}, 2);
  EXPECT_TRUE(std::isnan(with.loss_sum));
  EXPECT_EQ(with.images, 9);
  EXPECT_EQ(with.correct_ekl, 1.5);
  EXPECT_THAT(with.confusion, testing::ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(with.class_images, testing::ElementsAre(4, 5));
  EXPECT_EQ(weighted_tally({}, {}, 2).class_images.size(), 2U);
}

TEST(WeightedTally, RefusesPlacesWithoutAWeightAndClassesBeyondTheirNumber) {
  const std::vector<double> weights{1, 1};
  EXPECT_NO_THROW((void)weighted_tally(std::vector<Answer>{{1, 1, 0, 0, 0}}, weights, 2));
  for (const Answer& wrong : {Answer{2, 1, 0, 0, 0}, {0, 2, 0, 0, 0}, {0, -1, 0, 0, 0}, {0, 1, 2, 0, 0}})
    EXPECT_THROW((void)weighted_tally(std::vector{wrong}, weights, 2), std::logic_error);
}

}  // namespace loss_test
}  // namespace ohmcarlo
