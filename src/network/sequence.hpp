#pragma once
// Batches of sequences: which frames are real, losses and counts over those.
//
// A batch of sequences lies one sequence after the other, each padded to the same number of time steps: row
// s * steps + t is frame t of sequence s. So a sequence is one row of an image set, its features those of all frames in
// order; a layer that works frame by frame sees [count * steps, features], the same numbers without a copy.

#include <cstdint>
#include <span>
#include <vector>

#include "base/label.hpp"
#include "linalg/matrix.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {

class Sequences {
 public:
  /// Sequence s has lengths[s] frames and the rest of its `steps` is padding. Throws std::logic_error unless every
  /// length is within 1 .. steps.
  Sequences(std::vector<Index> lengths, Index steps);

  [[nodiscard]] Index count() const { return static_cast<Index>(lengths_.size()); }
  [[nodiscard]] Index steps() const { return steps_; }
  [[nodiscard]] Index length(Index sequence) const { return lengths_[static_cast<std::size_t>(sequence)]; }
  /// All real frames, and all that are padding.
  [[nodiscard]] Index frames() const { return first_.back(); }
  [[nodiscard]] Index padding() const { return count() * steps_ - frames(); }
  /// Frame `step` of a sequence is this row.
  [[nodiscard]] Index row(Index sequence, Index step) const { return sequence * steps_ + step; }

  /// The sequences, longest first; among equals in order. What runs at one step are the first running(step) of them.
  [[nodiscard]] std::span<const Index> order() const { return order_; }
  [[nodiscard]] Index running(Index step) const { return first(step + 1) - first(step); }
  /// Real frames of all steps before this one: where the frames of a step start if those of all steps are packed one
  /// step after the other. first(steps()) = frames().
  [[nodiscard]] Index first(Index step) const { return first_[static_cast<std::size_t>(step)]; }

 private:
  std::vector<Index> lengths_;
  std::vector<Index> order_;
  std::vector<Index> first_;  ///< [steps + 1]
  Index steps_;
};

/// What the rows of a batch are.
struct Targets {
  // NOLINTBEGIN(google-explicit-constructor): labels alone are targets.
  Targets(std::span<const Label> of_rows) : labels(of_rows) {}
  Targets(const std::vector<Label>& of_rows) : labels(of_rows) {}
  // NOLINTEND(google-explicit-constructor)
  Targets(std::span<const Label> of_rows, const Sequences* of_sequences, bool a_label_a_frame)
      : labels(of_rows), sequences(of_sequences), frame_wise(a_label_a_frame) {}

  std::span<const Label> labels;         ///< one an image or sequence, or one a frame
  const Sequences* sequences = nullptr;  ///< of a batch of sequences
  bool frame_wise = false;
  std::span<const std::uint32_t> numbers = {};  ///< of the images or sequences in their data set; none: nobody asks
};

/// Mean loss of a batch and its derivative by the logits: softmax_cross_entropy, or sequence_loss of frames.
double batch_loss(View<const float> logits, const Targets& targets, View<float> grad);

/// Adds a batch to the tally of each chip: its images or sequences, or its frames.
void tally_batch(View<const float> logits, const Targets& targets, std::span<Tally> chips);

/// Appends the answers of one chip to a batch: one an image or sequence, or one a real frame that has a label, sequence
/// after sequence. Image or sequence s is of place places[s].
void append_batch_answers(View<const float> logits, const Targets& targets, std::span<const std::uint32_t> places,
                          std::vector<Answer>& answers);

/// Softmax cross-entropy of every frame, mean over those that are real and not kUnlabelled, 0 without any; grad [rows,
/// classes] becomes its derivative by the logits [rows, classes], zero for the others.
template <class T>
double sequence_loss(View<const T> logits, std::span<const Label> labels, const Sequences& sequences, View<T> grad);

/// Adds the real frames that have a label, an image each, of logits [rows, chips * classes] to the tally of each chip.
void tally_frames(View<const float> logits, std::span<const Label> labels, const Sequences& sequences,
                  std::span<Tally> chips);

/// Frame accuracy if `padding` frames more are counted, all as recognised. For comparison with publications that score
/// padded utterances: a network learns at once what padding is.
[[nodiscard]] double accuracy_with_padding(const Tally& frames, double padding);

/// Classification by the last real frame: y [count * steps, features] -> last [count, features].
template <class T>
void take_last(View<const T> y, const Sequences& sequences, View<T> last);

/// Its backward pass: dL/dlast -> dL/dy, zero for all other frames.
template <class T>
void take_last_backward(View<const T> grad_last, const Sequences& sequences, View<T> grad_y);

}  // namespace ohmcarlo
