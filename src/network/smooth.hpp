#pragma once
// Sigmoid and tanh of many numbers.

#include <span>

namespace ohmcarlo {

// Each writes f(x[i]) to y[i], which may be x[i]. In float the same bits for a number wherever it stands and on every
// processor, within 3 units in the last place; NaN stays NaN, and a sigmoid is never below e^-87. In double as the
// standard library does.

/// 1 / (1 + e^-x)
void sigmoid(std::span<const float> x, std::span<float> y);
void sigmoid(std::span<const double> x, std::span<double> y);

void hyperbolic_tangent(std::span<const float> x, std::span<float> y);
void hyperbolic_tangent(std::span<const double> x, std::span<double> y);

}  // namespace ohmcarlo
