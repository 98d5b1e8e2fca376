#include "training/kurtosis.hpp"

#include <cmath>

namespace ohmcarlo {
namespace {

/// What kurtosis and its gradient need of a layer's weights. In double: sums of millions of fourth powers.
struct Tails {
  double mean = 0, sd = 0;
  double third = 0, fourth = 0;  ///< E[u^3] and E[u^4]
};

Tails tails(View<const float> weights) {
  const double count = static_cast<double>(weights.rows * weights.cols);
  Tails of;
  for (Index i = 0; i < weights.rows; ++i)
    for (Index j = 0; j < weights.cols; ++j) of.mean += static_cast<double>(weights(i, j));
  of.mean /= count;
  double squares = 0;
  for (Index i = 0; i < weights.rows; ++i)
    for (Index j = 0; j < weights.cols; ++j) {
      const double d = static_cast<double>(weights(i, j)) - of.mean;
      squares += d * d;
      of.third += d * d * d;
      of.fourth += d * d * d * d;
    }
  of.sd = std::sqrt(squares / count);
  of.third /= count * of.sd * of.sd * of.sd;
  of.fourth /= count * of.sd * of.sd * of.sd * of.sd;
  return of;
}

void add_gradient(View<const float> weights, const Tails& of, double factor, View<float> gradient) {
  const double scale = factor * 4 / (static_cast<double>(weights.rows * weights.cols) * of.sd);
  for (Index i = 0; i < weights.rows; ++i)
    for (Index j = 0; j < weights.cols; ++j) {
      const double u = (static_cast<double>(weights(i, j)) - of.mean) / of.sd;
      gradient(i, j) += static_cast<float>(scale * (u * u * u - of.third - of.fourth * u));
    }
}

}  // namespace

double kurtosis(View<const float> weights) {
  return tails(weights).fourth;
}

double add_kurtosis_gradient(View<const float> weights, double factor, View<float> gradient) {
  const Tails of = tails(weights);
  add_gradient(weights, of, factor, gradient);
  return of.fourth;
}

double add_kurtosis_penalty(MethodKind method, const KurtosisOptions& options, const Parameters<float>& parameters,
                            Parameters<float>& gradient) {
  // A NaN of equal weights times 0 must not end a training that does without the penalty.
  if (options.lambda == 0) return 0;
  const double share = method == MethodKind::kure ? options.lambda / static_cast<double>(parameters.size()) : 0;
  double penalty = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const View<const float> weights(parameters[i].weights);
    const Tails of = tails(weights);
    const double miss = of.fourth - options.target;
    penalty += method == MethodKind::kure ? share * miss * miss : options.lambda * of.fourth;
    add_gradient(weights, of, method == MethodKind::kure ? 2 * share * miss : options.lambda, gradient[i].weights);
  }
  return penalty;
}

}  // namespace ohmcarlo
