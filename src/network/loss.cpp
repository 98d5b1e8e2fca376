#include "network/loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ohmcarlo {
namespace {

constexpr std::int32_t kNoAnswer = -1;

/// What counts of one chip's logits for one image.
struct Score {
  std::int32_t answer;  ///< class of the largest logit, or kNoAnswer
  double loss;          ///< -ln p_label
  float margin;         ///< the label's logit minus the largest other one; NaN if any is
};

/// The scores of all images and chips of one block of logits.
class Scores {
 public:
  /// Of the first labels.size() rows of logits [rows, chips * classes].
  Scores(View<const float> logits, std::span<const Label> labels, Index chips);

  [[nodiscard]] Score at(std::size_t image, std::size_t chip) const {
    const auto i = static_cast<Index>(image), c = static_cast<Index>(chip);
    const double loss = static_cast<double>(log_sum_(i, c)) - static_cast<double>(label_logit_(i, c));
    // A NaN among the logits: nothing was recognised.
    return {std::isnan(loss) ? kNoAnswer : static_cast<std::int32_t>(largest_(i, c)), loss, margin_(i, c)};
  }

 private:
  Matrix<Index> largest_;      ///< [images, chips]: class of the largest logit
  Matrix<float> label_logit_;  ///< [images, chips]: the label's logit minus the largest
  Matrix<float> log_sum_;      ///< [images, chips]: ln of the sum of exp(logit - the largest)
  Matrix<float> margin_;       ///< [images, chips]
};

/// The logit of the label minus the largest other one; NaN if any of them is.
float margin_of(std::span<const float> logits, std::size_t label) {
  float other = -std::numeric_limits<float>::infinity();
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (std::isnan(logits[k])) return logits[k];
    if (k != label) other = std::max(other, logits[k]);
  }
  return logits[label] - other;
}

Scores::Scores(View<const float> logits, std::span<const Label> labels, Index chips)
    : largest_(static_cast<Index>(labels.size()), chips),
      label_logit_(largest_.rows(), chips),
      margin_(largest_.rows(), chips) {
  const Index images = largest_.rows();
  const Index classes = logits.cols / chips;
  // Shift every chip's logits by their largest, then take all exponentials at once: in whole vectors, since the rest of
  // an array is rounded otherwise, which would let an image's result depend on its place.
  constexpr Index kVector = 16;
  const Index whole = (images + kVector - 1) / kVector * kVector;
  Matrix<float> shifted = Matrix<float>::Zero(whole, logits.cols);
  for (Index i = 0; i < images; ++i) {
    for (Index c = 0; c < chips; ++c) {
      const float* row = logits.row(i) + c * classes;
      Index best = 0;
      for (Index k = 1; k < classes; ++k)
        if (row[k] > row[best]) best = k;
      for (Index k = 0; k < classes; ++k) shifted(i, c * classes + k) = row[k] - row[best];
      const Index label = labels[static_cast<std::size_t>(i)];
      label_logit_(i, c) = row[label] - row[best];
      largest_(i, c) = best;
      margin_(i, c) = margin_of({row, static_cast<std::size_t>(classes)}, static_cast<std::size_t>(label));
    }
  }
  shifted = shifted.array().exp();
  log_sum_ = Matrix<float>::Ones(whole, chips);
  for (Index i = 0; i < images; ++i)
    for (Index c = 0; c < chips; ++c) {
      float sum = 0;
      for (Index k = 0; k < classes; ++k) sum += shifted(i, c * classes + k);
      log_sum_(i, c) = sum;
    }
  log_sum_ = log_sum_.array().log();
}

/// Gives the sums of classes their sizes.
void prepare(std::size_t classes, Tally& chip) {
  chip.confusion.resize(classes <= Tally::kMostConfused ? classes * classes : classes);
  chip.class_images.resize(classes);
}

/// Adds `weight` times one image.
void count(Label label, const Score& score, double weight, Tally& chip) {
  const auto of_class = static_cast<std::size_t>(label);
  chip.images += weight;
  chip.loss_sum += weight * score.loss;
  chip.margin_sum += weight * score.margin;
  chip.class_images[of_class] += weight;
  if (score.answer == kNoAnswer) return;
  const std::size_t classes = chip.class_images.size();
  if (chip.confusion.size() == classes * classes)
    chip.confusion[of_class * classes + static_cast<std::size_t>(score.answer)] += weight;
  else if (score.answer == label)
    chip.confusion[of_class] += weight;
  if (score.answer == label) {
    chip.correct += weight;
    chip.correct_ekl += weight * score.loss;
  }
}

}  // namespace

template <class T>
double softmax_cross_entropy(View<const T> logits, std::span<const Label> labels, View<T> grad) {
  double total = 0;
  const T scale = T(1) / static_cast<T>(logits.rows);
  for (Index i = 0; i < logits.rows; ++i) {
    const auto row = logits.map().row(i).array();
    auto slope = grad.map().row(i).array();
    const T peak = row.maxCoeff();
    slope = (row - peak).exp();
    const T sum = slope.sum();
    const Index label = labels[static_cast<std::size_t>(i)];
    total += std::log(static_cast<double>(sum)) - static_cast<double>(row(label) - peak);
    slope *= scale / sum;
    slope(label) -= scale;
  }
  return total / static_cast<double>(logits.rows);
}

void tally(View<const float> logits, std::span<const Label> labels, std::span<Tally> chips) {
  const Scores scores(logits, labels, static_cast<Index>(chips.size()));
  const auto classes = static_cast<std::size_t>(logits.cols) / chips.size();
  for (std::size_t c = 0; c < chips.size(); ++c) {
    prepare(classes, chips[c]);
    for (std::size_t i = 0; i < labels.size(); ++i) count(labels[i], scores.at(i, c), 1, chips[c]);
  }
}

void append_answers(View<const float> logits, std::span<const Label> labels, std::span<const std::uint32_t> places,
                    std::vector<Answer>& answers) {
  require(places.size() == labels.size(), "every labelled row has a place");
  const Scores scores(logits, labels, 1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Score score = scores.at(i, 0);
    answers.push_back({places[i], labels[i], score.answer, score.loss, score.margin});
  }
}

Tally weighted_tally(std::span<const Answer> answers, std::span<const double> weight_of_place, std::size_t classes) {
  Tally chip;
  prepare(classes, chip);
  const auto is_class = [&](std::int32_t number) { return number >= 0 && static_cast<std::size_t>(number) < classes; };
  for (const Answer& given : answers) {
    require(given.place < weight_of_place.size(), "every place has a weight");
    require(is_class(given.label) && (given.answer == kNoAnswer || is_class(given.answer)), "an answer is a class");
    const double weight = weight_of_place[given.place];
    if (weight != 0) count(given.label, {given.answer, given.loss, given.margin}, weight, chip);
  }
  return chip;
}

template double softmax_cross_entropy<float>(View<const float>, std::span<const Label>, View<float>);
template double softmax_cross_entropy<double>(View<const double>, std::span<const Label>, View<double>);

}  // namespace ohmcarlo
