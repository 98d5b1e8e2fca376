#include "experiment/metrics.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

std::vector<Point> representatives(const Experiment& experiment) {
  std::vector<Point> points;
  for (const std::size_t number : experiment.kinds()) points.push_back(experiment.points[number]);
  return points;
}

std::size_t most_layers(const std::vector<Point>& points) {
  std::size_t most = 0;
  for (const Point& point : points) most = std::max(most, point.weight_layers);
  return most;
}

}  // namespace

std::size_t most_layers(const Experiment& experiment) {
  return most_layers(representatives(experiment));
}

std::vector<Metric> metrics_of(const Experiment& experiment) {
  const std::vector<Point> points = representatives(experiment);
  const KeptAnswers& kept = experiment.kept;
  std::vector<Metric> metrics = standard_metrics();
  std::size_t layers = 0, classes = 0;
  bool verified = false;
  for (const Point& point : points) classes = std::max(classes, point.data.classes());
  for (const Point& point : points) {
    if (!point.hardware.arrays) continue;
    layers = std::max(layers, point.weight_layers);
    verified = verified || point.hardware.array.cells.verify;
  }
  const auto add = [&](const char* name, const char* units, const char* meaning) {
    metrics.push_back({name, units, meaning, {{"layer", layers}}});
  };
  if (layers > 0) {
    add("correlation", "1", "Pearson correlation of a layer's products with those of the clean network");
    add("saturation", "1", "share of the conversions that the range of the converter clipped");
    add("fault_rate", "1", "realised share of stuck cells");
    add("sigma", "full scale", "realised root-mean-square error of the cells that are not stuck");
    if (verified) add("pulses", "pulses per cell", "pulses that write-verify spent");
  }
  const auto any = [&](const auto& holds) {
    return std::ranges::any_of(points, [&](const Point& point) { return holds(point.deployment); });
  };
  if (any([](const DeploymentOptions& steps) { return steps.any(); })) {
    add("error_before", "full scale",
        "mean error of a layer's outputs on training images before the steps of deployment");
    add("error_after", "full scale", "the same after them");
  }
  if (any([](const DeploymentOptions& steps) { return steps.writes(); })) {
    metrics.push_back({"writes", "1", "writes to cells by in-situ training and retraining"});
    metrics.push_back({"updates", "1", "updates of in-situ training"});
  }
  if (kept.weight_statistics) {
    layers = most_layers(points);
    add("kurtosis", "1", "kurtosis of a layer's weights in the model");
    add("weight_entropy", "bits", "entropy of the signed 8-bit codes of a layer's weights in the model");
    add("relative_error", "1", "median of one step of those codes relative to the weight");
  }
  if (std::ranges::any_of(points, [](const Point& point) { return point.data.frame_wise(); }))
    metrics.push_back({"accuracy_padded", "1",
                       "the accuracy of frames if padding to the longest sentence counted, all as recognised"});
  if (kept.class_accuracy)
    metrics.push_back(
        {"class_accuracy", "1", "fraction of the test images of a class classified correctly", {{"class", classes}}});
  if (kept.confusion)
    metrics.push_back({"confusion",
                       "images",
                       "test images of a class by the class that was answered",
                       {{"class", classes}, {"answer", classes}}});
  return metrics;
}

}  // namespace ohmcarlo
