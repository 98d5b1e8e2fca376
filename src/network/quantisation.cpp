#include "network/quantisation.hpp"

#include <algorithm>
#include <cmath>

#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

/// Codes -most..most, `most` standing for the largest |value|.
template <class T>
void round_to_codes(double most, View<const T> x, View<T> y) {
  const T largest = x.rows * x.cols > 0 ? x.map().cwiseAbs().maxCoeff() : T(0);
  const T step = static_cast<T>(static_cast<double>(largest) / most);
  if (step > T(0))
    y.map() = x.map().unaryExpr([step](T value) { return step * std::round(value / step); });
  else
    y.map() = x.map();  // all zero, or no number at all
}

/// In double precision, so that weights that are ternary already keep their s.
double exact_sum(const Vector<float>& values) {
  double lanes[4] = {};
  const Index whole = values.size() / 4 * 4;
  for (Index i = 0; i < whole; i += 4)
    for (Index lane = 0; lane < 4; ++lane) lanes[lane] += double{values.data()[i + lane]};
  for (Index i = whole; i < values.size(); ++i) lanes[0] += double{values.data()[i]};
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

double mean_magnitude(View<const float> weights) {
  double sum = 0;
  for (Index i = 0; i < weights.rows; ++i) sum += double{weights.map().row(i).cwiseAbs().sum()};
  const Index count = weights.rows * weights.cols;
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

}  // namespace

template <class T>
void quantise(int bits, View<const T> x, View<T> y) {
  const bool is_signed = x.rows * x.cols > 0 && x.map().minCoeff() < T(0);
  const int magnitude = std::max(1, is_signed ? bits - 1 : bits);
  round_to_codes(std::ldexp(1.0, magnitude) - 1, x, y);
}

void quantise_weights(int bits, View<float> weights) {
  round_to_codes(std::ldexp(1.0, bits) - 1, View<const float>(weights), weights);
}

void ternarise_weights(View<float> weights) {
  const auto threshold = static_cast<float>(0.7 * mean_magnitude(weights));
  Vector<float> kept(weights.cols), counts(weights.cols);
  double sum = 0, count = 0;
  for (Index i = 0; i < weights.rows; ++i) {
    const float* row = weights.row(i);
    for (Index j = 0; j < weights.cols; ++j) {
      const float magnitude = std::fabs(row[j]);
      kept.data()[j] = magnitude > threshold ? magnitude : 0.0F;
      counts.data()[j] = magnitude > threshold ? 1.0F : 0.0F;
    }
    sum += exact_sum(kept);
    count += double{counts.sum()};
  }
  const auto s = static_cast<float>(count > 0 ? sum / count : 0);
  for (Index i = 0; i < weights.rows; ++i) {
    float* row = weights.row(i);
    for (Index j = 0; j < weights.cols; ++j) {
      const float w = row[j], rest = 0.0F * w + 0.0F;  // what is no number stays none
      const float below = w < -threshold ? -s : rest;
      row[j] = w > threshold ? s : below;
    }
  }
}

void stop_gradient_of_large_weights(View<const float> weights, View<float> gradient) {
  const auto limit = static_cast<float>(1.4 * mean_magnitude(weights));
  for (Index i = 0; i < weights.rows; ++i) {
    const float* w = weights.row(i);
    float* g = gradient.row(i);
    for (Index j = 0; j < weights.cols; ++j) {
      const float own = g[j];
      g[j] = std::fabs(w[j]) > limit ? 0.0F : own;
    }
  }
}

NetworkSpec with_quantised_inputs(const NetworkSpec& spec, int bits) {
  NetworkSpec quantised{{}, spec.inputs, spec.classes};
  std::vector<std::size_t> place;  // of every layer of `spec` in the new network
  for (Node layer : spec.layers) {
    for (std::size_t& input : layer.inputs)
      if (input != kNetworkInput) input = place[input];
    if (layer.has_weights()) {
      Node rounding = quantisation(layer.name + ".inputs", layer.in(), bits);
      rounding.inputs = layer.inputs;
      layer.inputs = {quantised.add(std::move(rounding))};
    }
    place.push_back(quantised.add(std::move(layer)));
  }
  return quantised;
}

template void quantise<float>(int, View<const float>, View<float>);
template void quantise<double>(int, View<const double>, View<double>);

}  // namespace ohmcarlo
