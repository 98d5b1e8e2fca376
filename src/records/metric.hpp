#pragma once
// What an evaluation of one chip yields: named quantities, each one number, one a layer (class, ...), or a matrix.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ohmcarlo {

/// A dimension that only some metrics have.
struct Dimension {
  std::string name;      ///< "layer", "class", ...
  std::size_t size = 1;  ///< the most that any point has; NaN where a point has fewer
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

struct Metric {
  std::string name;
  std::string units;
  std::string meaning;                     ///< for readers of the results file
  std::vector<Dimension> dimensions = {};  ///< of its own; none for one number a chip
  /// Of a mean over images whose number differs from chip to chip: the metric that counts these images, so that means
  /// over chips are pooled (sum over sum). Empty: chips count alike.
  std::string pooled_over = {};
  bool of_training = false;  ///< says something of the trained network, so that all chips of one network have it alike

  /// How many numbers a chip has: the product of the dimensions, of which the last runs fastest.
  [[nodiscard]] std::size_t size() const;
};

/// Where each number of `part` lies among those of `whole`, which has the same dimensions, none of them shorter.
/// Throws std::logic_error if it has not.
[[nodiscard]] std::vector<std::size_t> places(const Metric& part, const Metric& whole);

/// The metrics that every experiment has, first and in this order.
[[nodiscard]] const std::vector<Metric>& standard_metrics();
inline constexpr std::size_t kAccuracy = 0;
inline constexpr std::size_t kLoss = 1;
inline constexpr std::size_t kEkl = 2;
inline constexpr std::size_t kCorrect = 3;

// Metrics of experiments whose chips see samples of the test images.
inline constexpr const char* kSampledImages = "sampled_images";
inline constexpr const char* kAccuracyVariance = "accuracy_sampling_variance";
inline constexpr const char* kLossVariance = "loss_sampling_variance";

/// The number of the metric of this name; nothing if there is none.
[[nodiscard]] std::optional<std::size_t> find_metric(const std::vector<Metric>& metrics, std::string_view name);

/// How many numbers a chip has in all metrics together.
[[nodiscard]] std::size_t values_per_chip(const std::vector<Metric>& metrics);

/// Metrics that hold both: those of `wanted` first, then what only `old` has; every dimension as long as its longest.
/// Throws UnusableResults for a metric that has other dimensions in `old`.
[[nodiscard]] std::vector<Metric> merge_metrics(const std::vector<Metric>& wanted, const std::vector<Metric>& old);

}  // namespace ohmcarlo
