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

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kNaN : sum / static_cast<double>(values.size());
}

double without_sampling(double sd, const std::optional<double>& variance) {
  return variance ? std::sqrt(std::max(0.0, sd * sd - *variance)) : kNaN;
}

}  // namespace

void correct_for_sampling(PointSummary& summary, const Table& table, std::size_t point, std::size_t metric) {
  if (std::ranges::find(kMeansOverImages, table.metrics[metric].name) == kMeansOverImages.end()) return;
  const std::optional<std::size_t> of_loss = find_metric(table.metrics, kLossVariance);
  if (!of_loss) return;
  const PointGrid losses(table, point, *of_loss);
  if (std::ranges::none_of((*losses).values, [](double variance) { return variance > 0; })) return;  // all images
  std::optional<std::size_t> variances;
  if (metric == kAccuracy) variances = find_metric(table.metrics, kAccuracyVariance);
  if (metric == kLoss) variances = of_loss;
  for (std::size_t replica = 0; replica < summary.per_replica.size(); ++replica) {
    Sample& chips = summary.per_replica[replica].chips;
    std::optional<double> variance;
    if (variances) variance = mean_of((*PointGrid(table, point, *variances)).chips(replica));
    chips.sd = without_sampling(chips.sd, variance);
    chips.median = kNaN;
  }
  if (summary.per_replica.size() == 1) summary.sd = summary.per_replica.front().chips.sd;
  summary.median = kNaN;
}

}  // namespace ohmcarlo
