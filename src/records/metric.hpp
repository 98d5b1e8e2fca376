#pragma once
// What an evaluation of one chip yields: named quantities, each one number or one number a layer (class, ...).

#include <cstddef>
#include <string>
#include <vector>

namespace ohmcarlo {

struct Metric {
  std::string name;
  std::string units;
  std::string meaning;    ///< for readers of the results file
  std::string dimension;  ///< of its own, "layer"; empty for one number a chip
  std::size_t size = 1;   ///< of that dimension: the most that any point has, NaN where a point has fewer
};

/// The metrics that every experiment has, first and in this order.
[[nodiscard]] const std::vector<Metric>& standard_metrics();
inline constexpr std::size_t kAccuracy = 0;
inline constexpr std::size_t kLoss = 1;
inline constexpr std::size_t kEkl = 2;
inline constexpr std::size_t kCorrect = 3;

/// How many numbers a chip has in all metrics together.
[[nodiscard]] std::size_t values_per_chip(const std::vector<Metric>& metrics);

/// Metrics that hold both: those of `wanted` first, then what only `old` has; every dimension as long as its longest.
/// Throws Error (exit 4) for a metric that has another dimension in `old`.
[[nodiscard]] std::vector<Metric> unite(const std::vector<Metric>& wanted, const std::vector<Metric>& old);

}  // namespace ohmcarlo
