#pragma once
// The interval of a mean for a rule that stops once it is narrow enough.

#include <cstddef>

namespace ohmcarlo {

/// Half the width of the fixed-width interval of a mean, mean +- this (Chow and Robbins 1965), with the skewness term
/// of Johnson (1978):
///
///     t s / sqrt(n) + |g1| s (1 + 2 t^2) / (6 n),   t the (1 + confidence) / 2 quantile of Student's t, n - 1 df,
///
/// n = count of values, s = sd (divisor n - 1), g1 = skewness. A rule that stops at the first look at which this is at
/// most the target reads the spread and the shape of the values, not their mean, so that the interval at the stop keeps
/// its coverage. Without the term skewed values are missed too often. Infinite if count < 2. confidence in (0, 1).
[[nodiscard]] double fixed_width_half(std::size_t count, double sd, double skewness, double confidence = 0.95);

/// A standard deviation that is never less than that of `count` accuracies which differ by half an image in one of all
/// count * images: sd^2 is at least 1 / (4 images count). Few images on few chips may well be equal by chance; without
/// the guard they would have an interval of no width. images > 0; infinite for a metric that does not count images (no
/// guard).
[[nodiscard]] double guarded_sd(double sd, std::size_t count, double images);

}  // namespace ohmcarlo
