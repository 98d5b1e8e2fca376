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

/// How many |weights| are above a threshold, and their sum.
struct Magnitudes {
  double count = 0, sum = 0;

  Magnitudes(View<const float> weights, float threshold) {
    constexpr Index kLanes = 8;  // sums of their own, so that the additions need not wait for each other
    double counts[kLanes] = {}, sums[kLanes] = {};
    const auto add = [&](Index lane, float weight) {
      const float magnitude = std::fabs(weight);
      counts[lane] += magnitude > threshold ? 1 : 0;
      sums[lane] += magnitude > threshold ? double{magnitude} : 0;
    };
    for (Index i = 0; i < weights.rows; ++i) {
      const float* row = weights.row(i);
      const Index whole = weights.cols / kLanes * kLanes;
      for (Index j = 0; j < whole; j += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane) add(lane, row[j + lane]);
      for (Index j = whole; j < weights.cols; ++j) add(j - whole, row[j]);
    }
    for (Index lane = 0; lane < kLanes; ++lane) {
      count += counts[lane];
      sum += sums[lane];
    }
  }
};

double mean_magnitude(View<const float> weights) {
  const Index count = weights.rows * weights.cols;
  return count > 0 ? Magnitudes(weights, -1).sum / static_cast<double>(count) : 0;
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
  const float threshold = static_cast<float>(0.7 * mean_magnitude(weights));
  const Magnitudes kept(View<const float>(weights), threshold);
  const auto s = static_cast<float>(kept.count > 0 ? kept.sum / kept.count : 0);
  // What is no number stays none.
  weights.map() = weights.map().unaryExpr([=](float w) {
    return w > threshold ? s : w < -threshold ? -s : w * 0.0F + 0.0F;
  });
}

void stop_gradient_of_large_weights(View<const float> weights, View<float> gradient) {
  const auto limit = static_cast<float>(1.4 * mean_magnitude(weights));
  gradient.map() = (weights.map().array().abs() > limit).select(0.0F, gradient.map().array()).matrix();
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
