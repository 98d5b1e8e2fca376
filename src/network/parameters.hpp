#pragma once
// Weights and biases of the operations that have them.

#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Weights [outputs, inputs] and biases [outputs] of one weight layer; also the shape of their gradients.
template <class T>
struct LayerParameters {
  Matrix<T> weights;
  Vector<T> bias;
};

/// The parameters of every weight layer, in the order of NetworkSpec::weight_layers().
template <class T>
using Parameters = std::vector<LayerParameters<T>>;

}  // namespace ohmcarlo
