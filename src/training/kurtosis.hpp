#pragma once
// Kurtosis of the weights of a layer, as a penalty on weights far out: the largest of them sets the full scale of the
// cells, on which all others then use few codes.

#include "network/network.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// E[((w - mean) / sd)^4] over all weights, with the population's sd: two equal heaps 1 (the least), uniform 1.8,
/// Gaussian 3. NaN where all weights are equal.
[[nodiscard]] double kurtosis(View<const float> weights);

/// Adds factor * dK/dw to `gradient`, of the shape of the weights: with u = (w - mean) / sd and n weights,
/// dK/dw = 4 / (n sd) (u^3 - E[u^3] - K u). Returns K.
double add_kurtosis_gradient(View<const float> weights, double factor, View<float> gradient);

/// Adds the derivative of the penalty on `parameters` (weights, not biases) to `gradient` and returns the penalty:
/// kurtosis: lambda sum_l K_l (Jin et al., J. Functional Materials and Devices 27(6), 2021, eq. 1);
/// kure: lambda / L sum_l (K_l - target)^2 over L layers (Shkolnik et al., NeurIPS 2020).
double add_kurtosis_penalty(MethodKind method, const KurtosisOptions& options, const Parameters<float>& parameters,
                            Parameters<float>& gradient);

}  // namespace ohmcarlo
