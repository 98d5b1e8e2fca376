#pragma once
// Softmax cross-entropy and what is counted from it.

#include <cstdint>
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
  double loss_sum = 0;    ///< sum of -ln p_label over all images
  double margin_sum = 0;  ///< sum of the margins: logit of the label minus the largest other one; NaN if any logit is
  double correct_ekl =
      0;  ///< the same over the correct ones only (science of EKL: KL(one-hot || softmax) = -ln p_label)

  /// The most classes of which every confusion is counted.
  static constexpr std::size_t kMostConfused = 1000;

  /// [classes, classes] row by row: images of a class (row) by the class that was answered (column), none if a NaN was
  /// among the logits. Above kMostConfused classes [classes], the diagonal alone: the matrix would fill the memory.
  std::vector<double> confusion;
  std::vector<double> class_images;  ///< [classes]: images of each class, answered or not

  [[nodiscard]] double accuracy() const { return correct / images; }
  [[nodiscard]] double loss() const { return loss_sum / images; }
  [[nodiscard]] double margin() const { return margin_sum / images; }
  /// Mean over correct predictions; NaN without any.
  [[nodiscard]] double ekl() const { return correct_ekl / correct; }
  /// Share of the images of a class that were recognised, of 1000 classes at most; NaN without any.
  [[nodiscard]] double class_accuracy(std::size_t of_class) const {
    return confusion[of_class * class_images.size() + of_class] / class_images[of_class];
  }
};

/// Adds the first labels.size() rows of logits [rows, chips * classes] to the tally of each chip.
void tally(View<const float> logits, std::span<const Label> labels, std::span<Tally> chips);

/// What a chip answered to one labelled image, or to one labelled frame of a recording.
struct Answer {
  std::uint32_t place = 0;  ///< of the image (or recording) in the list that the chip was given
  Label label = 0;
  std::int32_t answer = 0;  ///< class of the largest logit (ties: the lowest class); -1 if the loss is NaN
  double loss = 0;          ///< -ln p_label, as Tally sums it; NaN if any logit is
  float margin = 0;         ///< logit of the label minus the largest other one: negative where another class is ahead

  bool operator==(const Answer&) const = default;
};

/// Appends the answers of one chip to the first labels.size() rows of logits [rows, classes], two classes or more. Row
/// i is of place places[i]. Each answer has the bits that tally() counts for its row.
void append_answers(View<const float> logits, std::span<const Label> labels, std::span<const std::uint32_t> places,
                    std::vector<Answer>& answers);

/// The tally in which an answer counts weight_of_place[answer.place] times, at a weight of 0 not at all. Sums run in
/// the order of `answers`: with weights of 1 it equals, bit for bit, a tally of the same rows in that order. Throws
/// std::logic_error for a place without a weight, or a class (label or answer) that is not below `classes`.
[[nodiscard]] Tally weighted_tally(std::span<const Answer> answers, std::span<const double> weight_of_place,
                                   std::size_t classes);

}  // namespace ohmcarlo
