#include "network/sequence.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "network/gradients.hpp"

namespace ohmcarlo {
namespace sequence_test {

using gradients::expect_derivatives;
using gradients::fill;

const std::vector<Index> kLengths = {2, 4, 1, 4};

TEST(Sequences, CountFramesAndPadding) {
  const Sequences sequences(kLengths, 5);
  EXPECT_EQ(sequences.count(), 4);
  EXPECT_EQ(sequences.frames(), 11);
  EXPECT_EQ(sequences.padding(), 9);
  EXPECT_EQ(sequences.row(2, 3), 13);
}

TEST(Sequences, AreOrderedLongestFirst) {
  const Sequences sequences(kLengths, 5);
  EXPECT_EQ(std::vector<Index>(sequences.order().begin(), sequences.order().end()), (std::vector<Index>{1, 3, 0, 2}));
  const std::vector<Index> running = {4, 3, 2, 2, 0};
  Index first = 0;
  for (Index t = 0; t < 5; ++t) {
    EXPECT_EQ(sequences.running(t), running[static_cast<std::size_t>(t)]) << t;
    EXPECT_EQ(sequences.first(t), first) << t;
    first += running[static_cast<std::size_t>(t)];
    for (Index r = 0; r < 4; ++r)
      EXPECT_EQ(sequences.length(sequences.order()[static_cast<std::size_t>(r)]) > t, r < sequences.running(t));
  }
}

TEST(Sequences, RefuseLengthsThatDoNotFit) {
  EXPECT_THROW(Sequences({3, 0}, 4), std::logic_error);
  EXPECT_THROW(Sequences({3, 5}, 4), std::logic_error);
}

struct Frames {
  Sequences sequences{kLengths, 5};
  Matrix<double> logits = Matrix<double>::Zero(20, 3);
  std::vector<Label> labels;
  Frames() {
    fill(logits, 1);
    for (Index s = 0; s < 4; ++s)
      for (Index t = 0; t < 5; ++t)  // padding has a label too
        labels.push_back(t < sequences.length(s) ? static_cast<Label>((s + 2 * t) % 3) : Label{1});
  }
  [[nodiscard]] bool real(Index row) const { return row % 5 < sequences.length(row / 5); }
};

TEST(SequenceLoss, IsTheMeanOverRealFrames) {
  Frames frames;
  double expected = 0;
  for (Index row = 0; row < 20; ++row)
    if (frames.real(row))
      expected += std::log(frames.logits.row(row).array().exp().sum()) -
                  frames.logits(row, frames.labels[static_cast<std::size_t>(row)]);
    else
      frames.logits.row(row).setConstant(std::numeric_limits<double>::quiet_NaN());  // not looked at
  Matrix<double> grad(20, 3);
  EXPECT_NEAR(sequence_loss<double>(frames.logits, frames.labels, frames.sequences, grad), expected / 11, 1e-14);
}

TEST(SequenceLoss, GradientMatchesFiniteDifferencesAndIsZeroForPadding) {
  Frames frames;
  Matrix<double> grad = Matrix<double>::Constant(20, 3, 99), ignored(20, 3);
  (void)sequence_loss<double>(frames.logits, frames.labels, frames.sequences, grad);
  expect_derivatives(frames.logits.data(), frames.logits.size(), grad.data(),
                     [&] { return sequence_loss<double>(frames.logits, frames.labels, frames.sequences, ignored); });
  for (Index row = 0; row < 20; ++row) {
    if (frames.real(row)) continue;
    EXPECT_EQ(grad.row(row).cwiseAbs().maxCoeff(), 0) << row;
  }
}

/// All frames of one sequence, nothing padded: what softmax_cross_entropy computes.
TEST(SequenceLoss, OfFullSequencesIsThatOfTheirRows) {
  const Frames frames;
  const std::vector<Label> labels(20, 2);
  Matrix<double> grad(20, 3), expected(20, 3);
  const double loss = softmax_cross_entropy<double>(frames.logits, labels, expected);
  EXPECT_NEAR(sequence_loss<double>(frames.logits, labels, {{5, 5, 5, 5}, 5}, grad), loss, 1e-14);
  EXPECT_LT((grad - expected).cwiseAbs().maxCoeff(), 1e-16);
}

TEST(FrameAccuracy, CountsRealFramesOnly) {
  const Frames frames;
  Matrix<float> logits = Matrix<float>::Zero(20, 6);  // two chips
  double correct = 0;
  for (Index row = 0; row < 20; ++row) {
    const bool right = frames.real(row) && row % 3 != 0;
    const Index label = frames.real(row) ? frames.labels[static_cast<std::size_t>(row)] : 0;
    logits(row, right ? label : (label + 1) % 3) = 1;  // padding: class 1
    logits(row, 3 + label) = 1;
    correct += right ? 1 : 0;
  }
  std::vector<Tally> chips(2);
  tally_frames(logits, frames.labels, frames.sequences, chips);
  EXPECT_EQ(chips[0].images, 11);
  EXPECT_EQ(chips[0].correct, correct);
  EXPECT_GT(correct, 0);
  EXPECT_EQ(chips[1].correct, 11);
  EXPECT_NEAR(chips[1].loss(), std::log(2 + std::numbers::e) - 1, 1e-6);
  EXPECT_DOUBLE_EQ(accuracy_with_padding(chips[0], 9), (correct + 9) / 20);
}

// 118,848 test frames of which 51 % are padding: 68 % of the real ones right look like 84.3 %.
TEST(FrameAccuracy, WithPaddingLooksBetter) {
  Tally tally;
  tally.images = 49;
  tally.correct = 0.68 * 49;
  EXPECT_NEAR(accuracy_with_padding(tally, 51), 0.843, 0.001);
}

TEST(LastFrame, IsTakenFromEverySequence) {
  const Sequences sequences(kLengths, 5);
  Matrix<double> y(20, 2), last(4, 2), grad_y = Matrix<double>::Constant(20, 2, 99);
  fill(y, 1);
  take_last<double>(y, sequences, last);
  for (Index s = 0; s < 4; ++s) EXPECT_EQ(last.row(s), y.row(5 * s + kLengths[static_cast<std::size_t>(s)] - 1)) << s;
  Matrix<double> factors(4, 2);
  fill(factors, 2);
  take_last_backward<double>(factors, sequences, grad_y);
  expect_derivatives(y.data(), y.size(), grad_y.data(), [&] {
    take_last<double>(y, sequences, last);
    return last.cwiseProduct(factors).sum();
  });
}

TEST(AppendBatchAnswers, OfFramesAreThoseOfTheLabelledOnesWithThePlaceOfTheirSequence) {
  Frames frames;
  frames.labels[1] = kUnlabelled;
  frames.labels[7] = kUnlabelled;
  const Matrix<float> logits = frames.logits.cast<float>();
  const std::vector<std::uint32_t> places{30, 31, 32, 33};
  std::vector<Answer> answers, expected;
  append_batch_answers(View<const float>(logits), {frames.labels, &frames.sequences, true}, places, answers);
  for (Index row = 0; row < 20; ++row) {
    const Label label = frames.labels[static_cast<std::size_t>(row)];
    if (!frames.real(row) || label == kUnlabelled) continue;
    append_answers(View<const float>(logits).middle_rows(row, 1), std::span(&label, 1),
                   std::span(&places[static_cast<std::size_t>(row / 5)], 1), expected);
  }
  EXPECT_EQ(expected.size(), 9U);
  EXPECT_EQ(answers, expected);
}

TEST(AppendBatchAnswers, OfWholeSequencesAreOneEach) {
  const Frames frames;
  const Matrix<float> logits = frames.logits.topRows(4).cast<float>();
  const std::vector<Label> labels{2, 0, 1, 1};
  const std::vector<std::uint32_t> places{4, 3, 2, 1};
  std::vector<Answer> answers, expected;
  append_batch_answers(View<const float>(logits), {labels, &frames.sequences, false}, places, answers);
  append_answers(View<const float>(logits), labels, places, expected);
  EXPECT_EQ(answers, expected);
}

}  // namespace sequence_test
}  // namespace ohmcarlo
