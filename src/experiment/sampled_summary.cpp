#include "experiment/sampled_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "experiment/point_grid.hpp"

namespace ohmcarlo {
namespace {

constexpr std::array<std::string_view, 5> kMeansOverImages = {"accuracy", "loss", "ekl", "accuracy_padded",
                                                              "class_accuracy"};

}  // namespace

bool is_sampled(const Table& table, std::size_t point, std::size_t metric) {
  const std::optional<std::size_t> of_loss = find_metric(table.metrics, kLossVariance);
  if (!of_loss || std::ranges::find(kMeansOverImages, table.metrics[metric].name) == kMeansOverImages.end())
    return false;
  const PointGrid variances(table, point, *of_loss);
  return std::ranges::any_of((*variances).values, [](double variance) { return variance > 0; });
}

double image_variance(const Table& table, std::size_t point, std::size_t metric, std::optional<std::size_t> replica) {
  if (!is_sampled(table, point, metric)) return 0;
  if (metric != kAccuracy && metric != kLoss) return kNaN;
  const PointGrid grid(table, point, *find_metric(table.metrics, metric == kLoss ? kLossVariance : kAccuracyVariance));
  double sum = 0;
  std::size_t chips = 0;
  for (std::size_t r = 0; r < table.shape.replicas; ++r) {
    if (replica && r != *replica) continue;
    for (const double variance : (*grid).chips(r)) {
      sum += variance;
      ++chips;
    }
  }
  return chips == 0 ? kNaN : sum / static_cast<double>(chips);
}

void correct_for_sampling(PointSummary& summary, const Table& table, std::size_t point, std::size_t metric) {
  if (!is_sampled(table, point, metric)) return;
  for (std::size_t replica = 0; replica < summary.per_replica.size(); ++replica) {
    Sample& chips = summary.per_replica[replica].chips;
    const double variance = chips.sd * chips.sd - image_variance(table, point, metric, replica);
    chips.sd = std::isnan(variance) ? kNaN : std::sqrt(std::max(0.0, variance));
    chips.median = kNaN;
  }
  if (summary.per_replica.size() == 1) summary.sd = summary.per_replica.front().chips.sd;
  summary.median = kNaN;
  summary.shape = {};
}

}  // namespace ohmcarlo
