#pragma once
// Quantiles, yield and variances of points as text.

#include <span>
#include <string>

#include "app/sheet.hpp"
#include "experiment/tails.hpp"

namespace ohmcarlo {

/// A line for every point, and every replica if there are several: its quantiles with their intervals, or how many
/// chips an interval needs, and the yield of the target.
[[nodiscard]] std::string format_tails(const Results& results, const TailOptions& options, TableFormat format);

/// A line for every point: the standard deviations between chips and between trainings, and the trainings' share of the
/// variance of one chip of any training.
[[nodiscard]] std::string format_variances(const Results& results, std::size_t metric,
                                           std::span<const std::size_t> points, TableFormat format);

}  // namespace ohmcarlo
