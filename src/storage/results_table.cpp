#include "storage/results_table.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "storage/scales.hpp"
#include "storage/settings_group.hpp"

namespace ohmcarlo::h5 {
namespace {

constexpr const char* kState = "state";
constexpr const char* kCleanAccuracy = "clean_accuracy";
constexpr const char* kCleanLoss = "clean_loss";

constexpr const char* kPooledOver = "pooled_over";
constexpr const char* kConstantOver = "constant_over";

/// What readers have to know of a metric to average it, as attributes of its dataset; of most metrics nothing.
void write_kind(hid_t dataset, const Metric& metric) {
  if (!metric.pooled_over.empty()) write_attribute(dataset, kPooledOver, metric.pooled_over);
  if (metric.of_training) write_attribute(dataset, kConstantOver, std::string("trial"));
}

void read_kind(hid_t dataset, Metric& metric) {
  if (has_attribute(dataset, kPooledOver)) metric.pooled_over = read_text(dataset, kPooledOver);  // else as it is
  metric.of_training = has_attribute(dataset, kConstantOver) && read_text(dataset, kConstantOver) == "trial";
}

void write_summaries(hid_t root, const Scales& scales, const std::vector<SummaryGroup>& summaries) {
  const std::size_t axes = scales.axes();
  const Handle points = create_group(root, "summary");
  const Handle replicas = create_group(root, "summary_replica");
  for (const SummaryGroup& summary : summaries) {
    const Handle of_points = create_group(points, summary.metric);
    write_attribute(of_points, "interval_over", summary.interval_over);
    write_attribute(of_points, "confidence", summary.confidence);
    for (const SummaryColumn& column : summary.points)
      scales.write(of_points, column.name, H5T_NATIVE_DOUBLE, column.values.data(), axes, summary.dimensions, "",
                   column.name);
    const Handle of_replicas = create_group(replicas, summary.metric);
    for (const SummaryColumn& column : summary.replicas)
      scales.write(of_replicas, column.name, H5T_NATIVE_DOUBLE, column.values.data(), axes + 1, summary.dimensions, "",
                   column.name);
  }
}

template <class T>
void read_cells(hid_t group, const std::string& name, hid_t type, std::vector<T>& values) {
  const Handle dataset = open_dataset(group, name);
  const std::vector<std::size_t> sizes = shape_of(dataset);
  if (count_of(sizes) != values.size())
    throw std::runtime_error("its dataset " + name + " has another size than its axes");
  read_dataset(dataset, type, values);
}

/// The metric that a dataset of /results holds; `shape`: of axes, replica, trial. Any more dimensions are the
/// metric's own.
Metric read_metric(hid_t group, const std::string& name, const std::vector<std::size_t>& shape) {
  const Handle dataset = open_dataset(group, name);
  const std::vector<std::size_t> sizes = shape_of(dataset);
  if (sizes.size() < shape.size() || !std::equal(shape.begin(), shape.end(), sizes.begin()))
    throw std::runtime_error("its dataset " + name + " has another shape than its axes");
  Metric metric{.name = name, .units = read_text(dataset, "units"), .meaning = read_text(dataset, "long_name")};
  read_kind(dataset, metric);
  for (std::size_t i = shape.size(); i < sizes.size(); ++i) {
    const Dimension& own = metric.dimensions.emplace_back(Dimension{scale_of(dataset, i), sizes[i]});
    if (shape_of(open_dataset(group, own.name)) != std::vector{own.size})
      throw std::runtime_error("its dataset " + name + " has another size than its dimension " + own.name);
  }
  return metric;
}

/// The standard metrics, then all others by name.
std::vector<Metric> read_metrics(hid_t group, const std::vector<std::size_t>& shape) {
  std::vector<Metric> metrics = standard_metrics();
  std::set<std::string> no_metric = {kState, kCleanAccuracy, kCleanLoss};
  for (Metric& metric : metrics) {
    no_metric.insert(metric.name);
    read_kind(open_dataset(group, metric.name), metric);
  }
  for (const std::string& name : children(group))
    if (!no_metric.contains(name) && !is_scale(open_dataset(group, name)))
      metrics.push_back(read_metric(group, name, shape));
  return metrics;
}

}  // namespace

void write_table(hid_t root, const Results& results) {
  const Table& table = results.table;
  const Handle group = create_group(root, "results");
  const Scales scales(root, group, table);
  const std::size_t rank = scales.sizes().size();
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    const Metric& metric = table.metrics[m];
    write_kind(scales.write(group, metric.name, H5T_NATIVE_DOUBLE, table.values[m].data(), rank, metric.dimensions,
                            metric.units, metric.meaning),
               metric);
  }
  scales.write(group, kState, H5T_NATIVE_UINT8, table.state.data(), rank, {}, "1", "0 not run, 1 done, 2 failed");
  scales.write(group, kCleanAccuracy, H5T_NATIVE_DOUBLE, table.clean_accuracy.data(), rank - 1, {}, "1",
               "test accuracy of the trained network itself, without hardware");
  scales.write(group, kCleanLoss, H5T_NATIVE_DOUBLE, table.clean_loss.data(), rank - 1, {}, "nat",
               "test loss of the trained network itself: cross-entropy, without hardware and penalties");

  const Handle timing = create_group(root, "timing");
  // Not attached to the scales: tools that compare /results follow a scale to all that refers to it.
  write_dataset(timing, "trial_seconds", H5T_NATIVE_DOUBLE, scales.sizes(), table.seconds.data());
  write_summaries(root, scales, results.summaries);
  write_settings(root, scales, results.settings, table.shape);
}

Table read_table(hid_t root, const std::vector<std::string>& keys) {
  const Handle group = open_group(root, "results");
  Shape shape;
  for (const std::string& key : keys) shape.axes.push_back(read_axis(group, key));
  shape.replicas = shape_of(open_dataset(group, "replica")).at(0);
  shape.trials = shape_of(open_dataset(group, "trial")).at(0);
  std::vector<std::size_t> sizes;
  for (const Axis& axis : shape.axes) sizes.push_back(axis.values.size());
  sizes.insert(sizes.end(), {shape.replicas, shape.trials});
  if (shape_of(open_dataset(group, kState)) != sizes)  // before there is room for as many cells as one of them says
    throw std::runtime_error(std::string("its dataset ") + kState + " has another shape than its axes");
  (void)count_of(sizes);
  Table table(shape, read_metrics(group, sizes));
  for (std::size_t m = 0; m < table.metrics.size(); ++m)
    read_cells(group, table.metrics[m].name, H5T_NATIVE_DOUBLE, table.values[m]);
  read_cells(group, kState, H5T_NATIVE_UINT8, table.state);
  read_cells(group, kCleanAccuracy, H5T_NATIVE_DOUBLE, table.clean_accuracy);
  read_cells(group, kCleanLoss, H5T_NATIVE_DOUBLE, table.clean_loss);
  read_cells(open_group(root, "timing"), "trial_seconds", H5T_NATIVE_DOUBLE, table.seconds);
  return table;
}

}  // namespace ohmcarlo::h5
