#include "network/sequence.hpp"

#include <algorithm>
#include <numeric>

namespace ohmcarlo {
namespace {

/// The rows of a sequence's real frames.
template <class T>
View<T> real_frames(View<T> rows, const Sequences& sequences, Index sequence) {
  return rows.middle_rows(sequences.row(sequence, 0), sequences.length(sequence));
}

std::span<const std::uint8_t> real_frames(std::span<const std::uint8_t> labels, const Sequences& sequences,
                                          Index sequence) {
  return labels.subspan(static_cast<std::size_t>(sequences.row(sequence, 0)),
                        static_cast<std::size_t>(sequences.length(sequence)));
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
double sequence_loss(View<const T> logits, std::span<const std::uint8_t> labels, const Sequences& sequences,
                     View<T> grad) {
  double total = 0;
  grad.map().setZero();
  for (Index s = 0; s < sequences.count(); ++s) {
    const double share = static_cast<double>(sequences.length(s)) / static_cast<double>(sequences.frames());
    const View<T> slope = real_frames(grad, sequences, s);
    total += share * softmax_cross_entropy(real_frames(logits, sequences, s), real_frames(labels, sequences, s), slope);
    slope.map() *= static_cast<T>(share);
  }
  return total;
}

void tally_frames(View<const float> logits, std::span<const std::uint8_t> labels, const Sequences& sequences,
                  std::span<Tally> chips) {
  for (Index s = 0; s < sequences.count(); ++s)
    tally(real_frames(logits, sequences, s), real_frames(labels, sequences, s), chips);
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

template double sequence_loss<float>(View<const float>, std::span<const std::uint8_t>, const Sequences&, View<float>);
template double sequence_loss<double>(View<const double>, std::span<const std::uint8_t>, const Sequences&,
                                      View<double>);
template void take_last<float>(View<const float>, const Sequences&, View<float>);
template void take_last<double>(View<const double>, const Sequences&, View<double>);
template void take_last_backward<float>(View<const float>, const Sequences&, View<float>);
template void take_last_backward<double>(View<const double>, const Sequences&, View<double>);

}  // namespace ohmcarlo
