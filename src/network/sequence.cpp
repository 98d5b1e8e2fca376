#include "network/sequence.hpp"

#include <algorithm>
#include <numeric>

namespace ohmcarlo {
namespace {

/// Calls visit(row, rows) for every stretch of real frames with labels.
template <class Visit>
void for_each_labelled(std::span<const Label> labels, const Sequences& sequences, const Visit& visit) {
  const auto labelled = [&](Index row) { return labels[static_cast<std::size_t>(row)] != kUnlabelled; };
  for (Index s = 0; s < sequences.count(); ++s) {
    const Index end = sequences.row(s, 0) + sequences.length(s);
    for (Index row = sequences.row(s, 0); row < end;) {
      const Index first = row;
      while (row < end && labelled(row)) ++row;
      if (row > first) visit(first, row - first);
      while (row < end && !labelled(row)) ++row;
    }
  }
}

std::span<const Label> part(std::span<const Label> labels, Index row, Index rows) {
  return labels.subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(rows));
}

}  // namespace

Sequences::Sequences(std::vector<Index> lengths, Index steps)
    : lengths_(std::move(lengths)), order_(lengths_.size()), steps_(steps) {
  require(std::ranges::all_of(lengths_, [&](Index length) { return length >= 1 && length <= steps; }),
          "a sequence has at least one frame and at most as many as there are steps");
  std::iota(order_.begin(), order_.end(), Index{0});
  std::ranges::stable_sort(order_, [&](Index a, Index b) { return length(a) > length(b); });
  first_.assign(static_cast<std::size_t>(steps) + 1, 0);
  for (Index step = 0; step < steps; ++step)
    first_[static_cast<std::size_t>(step) + 1] =
        first(step) + std::ranges::count_if(lengths_, [&](Index length) { return length > step; });
}

template <class T>
double sequence_loss(View<const T> logits, std::span<const Label> labels, const Sequences& sequences, View<T> grad) {
  double total = 0;
  Index all = 0;
  grad.map().setZero();
  for_each_labelled(labels, sequences, [&](Index, Index rows) { all += rows; });
  for_each_labelled(labels, sequences, [&](Index row, Index rows) {
    const double share = static_cast<double>(rows) / static_cast<double>(all);
    const View<T> slope = grad.middle_rows(row, rows);
    total += share * softmax_cross_entropy(logits.middle_rows(row, rows), part(labels, row, rows), slope);
    slope.map() *= static_cast<T>(share);
  });
  return total;
}

void tally_frames(View<const float> logits, std::span<const Label> labels, const Sequences& sequences,
                  std::span<Tally> chips) {
  for_each_labelled(labels, sequences, [&](Index row, Index rows) {
    tally(logits.middle_rows(row, rows), part(labels, row, rows), chips);
  });
}

double batch_loss(View<const float> logits, const Targets& targets, View<float> grad) {
  return targets.frame_wise ? sequence_loss(logits, targets.labels, *targets.sequences, grad)
                            : softmax_cross_entropy(logits, targets.labels, grad);
}

void tally_batch(View<const float> logits, const Targets& targets, std::span<Tally> chips) {
  if (targets.frame_wise)
    tally_frames(logits, targets.labels, *targets.sequences, chips);
  else
    tally(logits, targets.labels, chips);
}

void append_batch_answers(View<const float> logits, const Targets& targets, std::span<const std::uint32_t> places,
                          std::vector<Answer>& answers) {
  if (!targets.frame_wise) return append_answers(logits, targets.labels, places, answers);
  for_each_labelled(targets.labels, *targets.sequences, [&](Index row, Index rows) {
    const auto sequence = static_cast<std::size_t>(row / targets.sequences->steps());
    const std::vector<std::uint32_t> of_rows(static_cast<std::size_t>(rows), places[sequence]);
    append_answers(logits.middle_rows(row, rows), part(targets.labels, row, rows), of_rows, answers);
  });
}

double accuracy_with_padding(const Tally& frames, double padding) {
  return (frames.correct + padding) / (frames.images + padding);
}

template <class T>
void take_last(View<const T> y, const Sequences& sequences, View<T> last) {
  for (Index s = 0; s < sequences.count(); ++s)
    last.map().row(s) = y.map().row(sequences.row(s, sequences.length(s) - 1));
}

template <class T>
void take_last_backward(View<const T> grad_last, const Sequences& sequences, View<T> grad_y) {
  grad_y.map().setZero();
  for (Index s = 0; s < sequences.count(); ++s)
    grad_y.map().row(sequences.row(s, sequences.length(s) - 1)) = grad_last.map().row(s);
}

template double sequence_loss<float>(View<const float>, std::span<const Label>, const Sequences&, View<float>);
template double sequence_loss<double>(View<const double>, std::span<const Label>, const Sequences&, View<double>);
template void take_last<float>(View<const float>, const Sequences&, View<float>);
template void take_last<double>(View<const double>, const Sequences&, View<double>);
template void take_last_backward<float>(View<const float>, const Sequences&, View<float>);
template void take_last_backward<double>(View<const double>, const Sequences&, View<double>);

}  // namespace ohmcarlo
