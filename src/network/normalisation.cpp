#include "network/normalisation.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {
namespace {

/// Mean and biased variance of one channel, summed in double.
struct Moments {
  double mean = 0;
  double variance = 0;
};

/// The sum of term(row, column) over all rows and the columns first .. first + count. Some sums run side by side, since
/// one alone waits for each addition; always the same ones, so that the result does not depend on the processor.
template <class Term>
double sum_over(Index rows, Index first, Index count, const Term& term) {
  constexpr Index kLanes = 16;
  std::array<double, kLanes> lanes{};
  double rest = 0;
  for (Index i = 0; i < rows; ++i) {
    Index j = first;
    for (; j + kLanes <= first + count; j += kLanes)
      for (Index lane = 0; lane < kLanes; ++lane) lanes[static_cast<std::size_t>(lane)] += term(i, j + lane);
    for (; j < first + count; ++j) rest += term(i, j);
  }
  for (const double lane : lanes) rest += lane;
  return rest;
}

template <class T>
Moments batch_moments(View<const T> x, Index first, Index positions) {
  const double count = static_cast<double>(x.rows * positions);
  const double mean =
      sum_over(x.rows, first, positions, [&](Index i, Index j) { return static_cast<double>(x(i, j)); }) / count;
  // About the mean: the difference of two large sums would cancel.
  const double squares = sum_over(x.rows, first, positions, [&](Index i, Index j) {
    const double d = static_cast<double>(x(i, j)) - mean;
    return d * d;
  });
  return {mean, squares / count};
}

template <class T>
Moments moments(View<const T> x, Index first, Index positions, Index channel, const RunningStatistics<T>* running) {
  if (running == nullptr) return batch_moments(x, first, positions);
  return {static_cast<double>(running->mean(channel)), static_cast<double>(running->variance(channel))};
}

double inverse_sd(double variance) {
  return 1 / std::sqrt(variance + kNormalisationEpsilon);
}

template <class T>
void move_towards(T& value, double target) {
  value = static_cast<T>((1 - kRunningMomentum) * static_cast<double>(value) + kRunningMomentum * target);
}

}  // namespace

template <class T>
std::vector<NormalisationUse<T>> Normalisations<T>::evaluated() const {
  std::vector<NormalisationUse<T>> uses;
  for (std::size_t i = 0; i < parameters.size(); ++i) uses.push_back({&parameters[i], &running[i], nullptr});
  return uses;
}

template <class T>
std::vector<NormalisationUse<T>> Normalisations<T>::trained(bool update) {
  std::vector<NormalisationUse<T>> uses;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    uses.push_back({&parameters[i], nullptr, update ? &running[i] : nullptr});
  return uses;
}

template <class T>
Normalisations<T> initial_normalisations(const NetworkSpec& spec) {
  Normalisations<T> all;
  for (const Node& layer : spec.normalisation_layers()) {
    const Index channels = layer.operation->normalised_channels();
    all.parameters.push_back({Vector<T>::Ones(channels), Vector<T>::Zero(channels)});
    all.running.push_back({Vector<T>::Zero(channels), Vector<T>::Ones(channels)});
  }
  return all;
}

template <class T>
std::vector<NormalisationParameters<T>> zero_normalisation_gradients(const NetworkSpec& spec) {
  std::vector<NormalisationParameters<T>> all;
  for (const Node& layer : spec.normalisation_layers())
    all.push_back({Vector<T>::Zero(layer.operation->normalised_channels()),
                   Vector<T>::Zero(layer.operation->normalised_channels())});
  return all;
}

template <class T>
void normalise(std::string_view layer, const Planes& of_image, View<const T> x, View<T> y,
               const NormalisationUse<T>& use) {
  const Index channels = of_image.channels, positions = of_image.positions();
  const Index planes = x.cols / positions;  // more than channels where chips lie side by side
  const double count = static_cast<double>(x.rows * positions);
  if (use.running == nullptr) {
    require(planes == channels, "chips side by side are not trained");
    if (count < 2) fail_usage("layer {}: training needs two values a channel or more, for their variance", layer);
  }
  for (Index plane = 0; plane < planes; ++plane) {
    const Index channel = plane % channels, first = plane * positions;
    const Moments of = moments(x, first, positions, channel, use.running);
    if (use.running == nullptr && use.updated != nullptr) {
      move_towards(use.updated->mean(channel), of.mean);
      move_towards(use.updated->variance(channel), of.variance * count / (count - 1));
    }
    const T mean = static_cast<T>(of.mean), beta = use.parameters->beta(channel);
    const T scale = static_cast<T>(static_cast<double>(use.parameters->gamma(channel)) * inverse_sd(of.variance));
    for (Index i = 0; i < x.rows; ++i)
      for (Index j = first; j < first + positions; ++j) y(i, j) = (x(i, j) - mean) * scale + beta;
  }
}

template <class T>
void normalise_backward(const Planes& of_image, View<const T> x, View<const T> grad_y, View<T> grad_x,
                        const NormalisationUse<T>& use, NormalisationParameters<T>& gradient) {
  const Index positions = of_image.positions();
  const double count = static_cast<double>(x.rows * positions);
  for (Index channel = 0; channel < of_image.channels; ++channel) {
    const Index first = channel * positions;
    const Moments of = moments(x, first, positions, channel, use.running);
    const T mean = static_cast<T>(of.mean), inverse = static_cast<T>(inverse_sd(of.variance));
    const double grad_beta =
        sum_over(x.rows, first, positions, [&](Index i, Index j) { return static_cast<double>(grad_y(i, j)); });
    const double grad_gamma = sum_over(x.rows, first, positions, [&](Index i, Index j) {
      return static_cast<double>(grad_y(i, j) * ((x(i, j) - mean) * inverse));
    });
    gradient.beta(channel) += static_cast<T>(grad_beta);
    gradient.gamma(channel) += static_cast<T>(grad_gamma);
    if (grad_x.rows == 0) continue;
    // The batch's own mean and variance move with x; running ones stand still.
    const T shared = use.running == nullptr ? static_cast<T>(grad_beta / count) : T(0);
    const T along = use.running == nullptr ? static_cast<T>(grad_gamma / count) : T(0);
    const T scale = use.parameters->gamma(channel) * inverse;
    for (Index i = 0; i < x.rows; ++i)
      for (Index j = first; j < first + positions; ++j)
        grad_x(i, j) = scale * (grad_y(i, j) - shared - (x(i, j) - mean) * inverse * along);
  }
}

template struct Normalisations<float>;
template struct Normalisations<double>;
template Normalisations<float> initial_normalisations<float>(const NetworkSpec&);
template Normalisations<double> initial_normalisations<double>(const NetworkSpec&);
template std::vector<NormalisationParameters<float>> zero_normalisation_gradients<float>(const NetworkSpec&);
template std::vector<NormalisationParameters<double>> zero_normalisation_gradients<double>(const NetworkSpec&);
template void normalise<float>(std::string_view, const Planes&, View<const float>, View<float>,
                               const NormalisationUse<float>&);
template void normalise<double>(std::string_view, const Planes&, View<const double>, View<double>,
                                const NormalisationUse<double>&);
template void normalise_backward<float>(const Planes&, View<const float>, View<const float>, View<float>,
                                        const NormalisationUse<float>&, NormalisationParameters<float>&);
template void normalise_backward<double>(const Planes&, View<const double>, View<const double>, View<double>,
                                         const NormalisationUse<double>&, NormalisationParameters<double>&);

}  // namespace ohmcarlo
