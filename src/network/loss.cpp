#include "network/loss.hpp"

#include <cmath>

namespace ohmcarlo {

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
  const Index images = static_cast<Index>(labels.size());
  const Index classes = logits.cols / static_cast<Index>(chips.size());
  const Index n_chips = static_cast<Index>(chips.size());
  // Shift every chip's logits by their largest, then take all exponentials at once: in whole vectors, since the rest of
  // an array is rounded otherwise, which would let an image's result depend on its place.
  constexpr Index kVector = 16;
  const Index whole = (images + kVector - 1) / kVector * kVector;
  Matrix<float> shifted = Matrix<float>::Zero(whole, logits.cols);
  Matrix<float> label_logit(images, n_chips);
  Matrix<Index> answer(images, n_chips);
  for (Index i = 0; i < images; ++i) {
    for (Index c = 0; c < n_chips; ++c) {
      const float* row = logits.row(i) + c * classes;
      Index best = 0;
      for (Index k = 1; k < classes; ++k)
        if (row[k] > row[best]) best = k;
      for (Index k = 0; k < classes; ++k) shifted(i, c * classes + k) = row[k] - row[best];
      const Index label = labels[static_cast<std::size_t>(i)];
      label_logit(i, c) = row[label] - row[best];
      answer(i, c) = best;
    }
  }
  shifted = shifted.array().exp();
  Matrix<float> sums = Matrix<float>::Ones(whole, n_chips);
  for (Index i = 0; i < images; ++i)
    for (Index c = 0; c < n_chips; ++c) {
      float sum = 0;
      for (Index k = 0; k < classes; ++k) sum += shifted(i, c * classes + k);
      sums(i, c) = sum;
    }
  sums = sums.array().log();
  for (Index c = 0; c < n_chips; ++c) {
    Tally& chip = chips[static_cast<std::size_t>(c)];
    chip.images += static_cast<double>(images);
    chip.confusion.resize(static_cast<std::size_t>(classes * classes));
    chip.class_images.resize(static_cast<std::size_t>(classes));
    for (Index i = 0; i < images; ++i) {
      const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
      const double loss = static_cast<double>(sums(i, c)) - static_cast<double>(label_logit(i, c));
      chip.loss_sum += loss;
      chip.class_images[label] += 1;
      if (std::isnan(loss)) continue;  // a NaN among the logits: nothing was recognised
      chip.confusion[label * static_cast<std::size_t>(classes) + static_cast<std::size_t>(answer(i, c))] += 1;
      if (answer(i, c) == static_cast<Index>(label)) {
        chip.correct += 1;
        chip.correct_ekl += loss;
      }
    }
  }
}

template double softmax_cross_entropy<float>(View<const float>, std::span<const Label>, View<float>);
template double softmax_cross_entropy<double>(View<const double>, std::span<const Label>, View<double>);

}  // namespace ohmcarlo
