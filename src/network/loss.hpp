#pragma once
// Softmax cross-entropy and what is counted from it.

#include <span>
#include <vector>

#include "base/label.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Mean over the rows of -ln softmax(logits)[label]; grad [rows, classes] becomes its derivative by the logits.
/// logits [rows, classes]; labels[row] < classes.
template <class T>
double softmax_cross_entropy(View<const T> logits, std::span<const Label> labels, View<T> grad);

/// Sums over images of one chip, from which its metrics follow.
struct Tally {
  double images = 0;
  double correct =
      0;  ///< images whose largest logit is the label's (ties: the lowest class counts as the answer; NaN: none)
  double loss_sum = 0;  ///< sum of -ln p_label over all images
  double correct_ekl =
      0;  ///< the same over the correct ones only (science of EKL: KL(one-hot || softmax) = -ln p_label)

  /// [classes, classes] row by row: images of a class (row) by the class that was answered (column). An image with a
  /// NaN among its logits has no answer.
  std::vector<double> confusion;
  std::vector<double> class_images;  ///< [classes]: images of each class, answered or not

  [[nodiscard]] double accuracy() const { return correct / images; }
  [[nodiscard]] double loss() const { return loss_sum / images; }
  /// Mean over correct predictions; NaN without any.
  [[nodiscard]] double ekl() const { return correct_ekl / correct; }
  /// Share of the images of a class that were recognised; NaN without any.
  [[nodiscard]] double class_accuracy(std::size_t of_class) const {
    return confusion[of_class * class_images.size() + of_class] / class_images[of_class];
  }
};

/// Adds the first labels.size() rows of logits [rows, chips * classes] to the tally of each chip.
void tally(View<const float> logits, std::span<const Label> labels, std::span<Tally> chips);

}  // namespace ohmcarlo
