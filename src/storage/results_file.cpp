#include "storage/results_file.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <variant>

#include <hdf5_hl.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "storage/hdf5.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kResultsFormat = "ohmcarlo results";
constexpr const char* kState = "state";
constexpr const char* kCleanAccuracy = "clean_accuracy";
constexpr const char* kCleanLoss = "clean_loss";

/// Writes the axes, and the own dimensions of metrics, as dimension scales under /results and links them at the root,
/// where every group finds them.
class Scales {
 public:
  Scales(hid_t root, hid_t group, const Table& table) : root_(root), group_(group) {
    const Shape& shape = table.shape;
    for (const Axis& axis : shape.axes) add(axis.key, write_values(group, axis));
    add("replica", write_numbers(group, "replica", shape.replicas, 0));
    add("trial", write_numbers(group, "trial", shape.trials, 0));
    for (const Axis& axis : shape.axes) sizes_.push_back(axis.values.size());
    sizes_.insert(sizes_.end(), {shape.replicas, shape.trials});
    for (const Metric& metric : table.metrics)
      for (const auto& [name, size] : metric.dimensions) {
        const auto [own, is_new] = own_.try_emplace(name, Own{scales_.size(), size});
        require(own->second.size == size, "a dimension has one length");
        const int first = name == "layer" ? 1 : 0;  // classes go by their labels
        if (is_new) add(name, write_numbers(group, name.c_str(), size, first));
      }
  }

  /// A dataset of `type` over the first `rank` dimensions (axes, then replica, then trial), and a metric's own.
  void write(hid_t group, const std::string& name, hid_t type, const void* data, std::size_t rank,
             const std::vector<Dimension>& own, const std::string& units, const std::string& meaning) const {
    std::vector<std::size_t> shape(sizes_.begin(), sizes_.begin() + static_cast<std::ptrdiff_t>(rank));
    for (const Dimension& dimension : own) shape.push_back(dimension.size);
    const h5::Handle dataset = h5::write_dataset(group, name, type, shape, data);
    for (std::size_t i = 0; i < shape.size(); ++i)
      h5::check(H5DSattach_scale(dataset, scales_[i < rank ? i : own_.at(own[i - rank].name).scale],
                                 static_cast<unsigned>(i)),
                "dimension scale");
    h5::write_attribute(dataset, "units", units);
    h5::write_attribute(dataset, "long_name", meaning);
  }
  [[nodiscard]] std::size_t axes() const { return sizes_.size() - 2; }
  [[nodiscard]] std::span<const std::size_t> sizes() const { return sizes_; }  ///< of axes, replica, trial

 private:
  struct Own {
    std::size_t scale;
    std::size_t size;
  };

  void add(const std::string& name, h5::Handle dataset) {
    h5::check(H5DSset_scale(dataset, name.c_str()), "dimension scale");
    h5::check(H5Lcreate_hard(group_, name.c_str(), root_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link of a scale");
    scales_.push_back(std::move(dataset));
  }

  static h5::Handle write_values(hid_t group, const Axis& axis) {
    const std::size_t count = axis.values.size();
    const std::span<const std::size_t> shape(&count, 1);
    if (std::holds_alternative<double>(axis.values.front())) {
      std::vector<double> numbers;
      for (const AxisValue& value : axis.values) numbers.push_back(std::get<double>(value));
      return h5::write_dataset(group, axis.key, H5T_NATIVE_DOUBLE, shape, numbers.data());
    }
    if (std::holds_alternative<std::int64_t>(axis.values.front())) {
      std::vector<std::int64_t> numbers;
      for (const AxisValue& value : axis.values) numbers.push_back(std::get<std::int64_t>(value));
      return h5::write_dataset(group, axis.key, H5T_NATIVE_INT64, shape, numbers.data());
    }
    std::vector<std::string> texts;
    for (const AxisValue& value : axis.values) texts.push_back(std::get<std::string>(value));
    return h5::write_strings(group, axis.key, texts);
  }

  static h5::Handle write_numbers(hid_t group, const char* name, std::size_t count, std::int64_t first) {
    std::vector<std::int64_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return h5::write_dataset(group, name, H5T_NATIVE_INT64, std::span(&count, 1), numbers.data());
  }

  hid_t root_, group_;
  std::vector<h5::Handle> scales_;  ///< of axes, replica, trial, then own dimensions
  std::vector<std::size_t> sizes_;
  std::map<std::string, Own> own_;
};

void write_summaries(hid_t root, const Scales& scales, const std::vector<SummaryGroup>& summaries) {
  const std::size_t axes = scales.axes();
  const h5::Handle points = h5::create_group(root, "summary");
  const h5::Handle replicas = h5::create_group(root, "summary_replica");
  for (const SummaryGroup& summary : summaries) {
    const h5::Handle of_points = h5::create_group(points, summary.metric);
    h5::write_attribute(of_points, "interval_over", summary.interval_over);
    h5::write_attribute(of_points, "confidence", 0.95);
    for (const SummaryColumn& column : summary.points)
      scales.write(of_points, column.name, H5T_NATIVE_DOUBLE, column.values.data(), axes, summary.dimensions, "",
                   column.name);
    const h5::Handle of_replicas = h5::create_group(replicas, summary.metric);
    for (const SummaryColumn& column : summary.replicas)
      scales.write(of_replicas, column.name, H5T_NATIVE_DOUBLE, column.values.data(), axes + 1, summary.dimensions, "",
                   column.name);
  }
}

void write_table(hid_t root, const Table& table, const std::vector<SummaryGroup>& summaries) {
  const h5::Handle group = h5::create_group(root, "results");
  const Scales scales(root, group, table);
  const std::size_t rank = scales.sizes().size();
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    const Metric& metric = table.metrics[m];
    scales.write(group, metric.name, H5T_NATIVE_DOUBLE, table.values[m].data(), rank, metric.dimensions, metric.units,
                 metric.meaning);
  }
  scales.write(group, kState, H5T_NATIVE_UINT8, table.state.data(), rank, {}, "1", "0 not run, 1 done, 2 failed");
  scales.write(group, kCleanAccuracy, H5T_NATIVE_DOUBLE, table.clean_accuracy.data(), rank - 1, {}, "1",
               "test accuracy of the trained network itself, without hardware");
  scales.write(group, kCleanLoss, H5T_NATIVE_DOUBLE, table.clean_loss.data(), rank - 1, {}, "nat",
               "test loss of the trained network itself: cross-entropy, without hardware and penalties");

  const h5::Handle timing = h5::create_group(root, "timing");
  // Not attached to the scales: tools that compare /results follow a scale to all that refers to it.
  h5::write_dataset(timing, "trial_seconds", H5T_NATIVE_DOUBLE, scales.sizes(), table.seconds.data());
  write_summaries(root, scales, summaries);
}

void write_models(hid_t root, const std::vector<ModelRecord>& models) {
  const h5::Handle group = h5::create_group(root, "models");
  for (const ModelRecord& model : models) {
    const h5::Handle entry = h5::create_group(group, model.id);
    h5::write_attribute(entry, "identity", model.identity);
    h5::write_attribute(entry, "method", model.method);
    h5::write_attribute(entry, "file", model.file);
    h5::write_attribute(entry, "replica", model.replica);
    h5::write_attribute(entry, "epoch", model.epoch);
    h5::write_attribute(entry, "training_loss", model.training_loss);
    h5::write_attribute(entry, "validation_accuracy", model.validation_accuracy);
    h5::write_attribute(entry, "clean_accuracy", model.clean_accuracy);
    h5::write_attribute(entry, "clean_loss", model.clean_loss);
    h5::write_attribute(entry, "diverged", static_cast<std::int64_t>(model.diverged));
  }
}

std::vector<ModelRecord> read_models(hid_t root) {
  const h5::Handle group = h5::open_group(root, "models");
  std::vector<ModelRecord> models;
  for (const std::string& id : h5::children(group)) {
    const h5::Handle entry = h5::open_group(group, id);
    models.push_back({id, h5::read_text(entry, "identity"), h5::read_text(entry, "method"),
                      h5::read_text(entry, "file"), h5::read_integer(entry, "replica"),
                      h5::read_integer(entry, "epoch"), h5::read_number(entry, "training_loss"),
                      h5::read_number(entry, "validation_accuracy"), h5::read_number(entry, "clean_accuracy"),
                      h5::read_number(entry, "clean_loss"), h5::read_integer(entry, "diverged") != 0});
  }
  return models;
}

void write_runs(hid_t root, const std::vector<Provenance>& runs) {
  const h5::Handle group = h5::create_group(root, "provenance");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const h5::Handle entry = h5::create_group(group, fmt::format("run_{:04}", i + 1));
    for (const auto& [name, text] : runs[i]) h5::write_attribute(entry, name.c_str(), text);
  }
}

std::vector<Provenance> read_runs(hid_t root) {
  const h5::Handle group = h5::open_group(root, "provenance");
  std::vector<Provenance> runs;
  for (const std::string& name : h5::children(group)) {
    const h5::Handle entry = h5::open_group(group, name);
    Provenance facts;
    const int count = H5Aget_num_attrs(entry);
    for (int i = 0; i < count; ++i) {
      char key[256] = "";
      const h5::Handle attribute(
          H5Aopen_by_idx(entry, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, "provenance");
      H5Aget_name(attribute, sizeof key, key);
      facts.emplace_back(key, h5::read_text(entry, key));
    }
    runs.push_back(std::move(facts));
  }
  return runs;
}

Axis read_axis(hid_t group, const std::string& key) {
  const h5::Handle dataset = h5::open_dataset(group, key);
  const std::size_t count = h5::shape_of(dataset).at(0);
  Axis axis{key, {}};
  if (h5::class_of(dataset) == H5T_STRING) {
    for (std::string& text : h5::read_strings(dataset)) axis.values.emplace_back(std::move(text));
  } else if (h5::class_of(dataset) == H5T_INTEGER) {
    std::vector<std::int64_t> numbers(count);
    h5::read_dataset(dataset, H5T_NATIVE_INT64, numbers.data());
    axis.values.assign(numbers.begin(), numbers.end());
  } else {
    std::vector<double> numbers(count);
    h5::read_dataset(dataset, H5T_NATIVE_DOUBLE, numbers.data());
    axis.values.assign(numbers.begin(), numbers.end());
  }
  return axis;
}

template <class T>
void read_cells(hid_t group, const std::string& name, hid_t type, std::vector<T>& values) {
  const h5::Handle dataset = h5::open_dataset(group, name);
  const std::vector<std::size_t> sizes = h5::shape_of(dataset);
  if (std::accumulate(sizes.begin(), sizes.end(), std::size_t{1}, std::multiplies<>()) != values.size())
    throw std::runtime_error("its dataset " + name + " has another size than its axes");
  h5::read_dataset(dataset, type, values.data());
}

/// The metric that a dataset of /results holds; `shape`: of axes, replica, trial. Any more dimensions are the
/// metric's own.
Metric read_metric(hid_t group, const std::string& name, const std::vector<std::size_t>& shape) {
  const h5::Handle dataset = h5::open_dataset(group, name);
  const std::vector<std::size_t> sizes = h5::shape_of(dataset);
  if (sizes.size() < shape.size() || !std::equal(shape.begin(), shape.end(), sizes.begin()))
    throw std::runtime_error("its dataset " + name + " has another shape than its axes");
  Metric metric{name, h5::read_text(dataset, "units"), h5::read_text(dataset, "long_name"), {}};
  for (std::size_t i = shape.size(); i < sizes.size(); ++i) {
    const Dimension& own = metric.dimensions.emplace_back(Dimension{h5::scale_of(dataset, i), sizes[i]});
    if (h5::shape_of(h5::open_dataset(group, own.name)) != std::vector{own.size})
      throw std::runtime_error("its dataset " + name + " has another size than its dimension " + own.name);
  }
  return metric;
}

/// The standard metrics, then all others by name.
std::vector<Metric> read_metrics(hid_t group, const std::vector<std::size_t>& shape) {
  std::vector<Metric> metrics = standard_metrics();
  std::set<std::string> no_metric = {kState, kCleanAccuracy, kCleanLoss};
  for (const Metric& metric : metrics) no_metric.insert(metric.name);
  for (const std::string& name : h5::children(group))
    if (!no_metric.contains(name) && !h5::is_scale(h5::open_dataset(group, name)))
      metrics.push_back(read_metric(group, name, shape));
  return metrics;
}

Table read_table(hid_t root, const std::vector<std::string>& keys) {
  const h5::Handle group = h5::open_group(root, "results");
  Shape shape;
  for (const std::string& key : keys) shape.axes.push_back(read_axis(group, key));
  shape.replicas = h5::shape_of(h5::open_dataset(group, "replica")).at(0);
  shape.trials = h5::shape_of(h5::open_dataset(group, "trial")).at(0);
  std::vector<std::size_t> sizes;
  for (const Axis& axis : shape.axes) sizes.push_back(axis.values.size());
  sizes.insert(sizes.end(), {shape.replicas, shape.trials});
  Table table(shape, read_metrics(group, sizes));
  for (std::size_t m = 0; m < table.metrics.size(); ++m)
    read_cells(group, table.metrics[m].name, H5T_NATIVE_DOUBLE, table.values[m]);
  read_cells(group, kState, H5T_NATIVE_UINT8, table.state);
  read_cells(group, kCleanAccuracy, H5T_NATIVE_DOUBLE, table.clean_accuracy);
  read_cells(group, kCleanLoss, H5T_NATIVE_DOUBLE, table.clean_loss);
  read_cells(h5::open_group(root, "timing"), "trial_seconds", H5T_NATIVE_DOUBLE, table.seconds);
  return table;
}

std::string join_lines(const Shape& shape) {
  std::string text;
  for (const Axis& axis : shape.axes) text += axis.key + "\n";
  return text;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

}  // namespace

std::string hdf5_version() {
  return fmt::format("{}.{}.{}", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

FileKind kind_of_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return FileKind::absent;
  try {
    const std::scoped_lock lock(h5::library_mutex());
    const std::vector<std::byte> bytes = read_whole(path);
    const h5::Handle file = h5::open_image(bytes);
    return h5::has_attribute(file, "format") && h5::read_text(file, "format") == kResultsFormat ? FileKind::ours
                                                                                                : FileKind::foreign;
  } catch (const std::exception&) {
    return FileKind::foreign;
  }
}

void save_results(const std::filesystem::path& path, const Results& results) {
  const std::scoped_lock lock(h5::library_mutex());
  h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", std::string(kResultsFormat));
  h5::write_attribute(file, "schema_version", std::string(kSchemaVersion));
  h5::write_attribute(file, "ohmcarlo_version", std::string(version()));
  h5::write_attribute(file, "git_commit", std::string(git_commit()));
  h5::write_attribute(file, "experiment_name", results.name);
  h5::write_attribute(file, "experiment_toml", results.toml);
  h5::write_attribute(file, "experiment_identity", results.identity);
  h5::write_attribute(file, "experiment_hash", results.hash);
  h5::write_attribute(file, "seed", results.seed);
  h5::write_attribute(file, "classes", static_cast<std::uint64_t>(results.classes));
  h5::write_attribute(file, "status", std::string(to_text(results.status)));
  h5::write_attribute(file, "swept_keys", join_lines(results.table.shape));
  write_table(file, results.table, results.summaries);
  write_models(file, results.models);
  write_runs(file, results.runs);
  write_whole(path, h5::image(file));
}

Results load_results(const std::filesystem::path& path) {
  const std::scoped_lock lock(h5::library_mutex());
  const std::vector<std::byte> bytes = read_whole(path);
  try {
    const h5::Handle file = h5::open_image(bytes);
    if (!h5::has_attribute(file, "format") || h5::read_text(file, "format") != kResultsFormat)
      fail_results("{}: not an ohmcarlo results file", path.string());
    const std::string schema = h5::read_text(file, "schema_version");
    if (schema.substr(0, schema.find('.')) != std::string(kSchemaVersion).substr(0, schema.find('.')))
      fail_results("{}: has schema {} (allowed: {})", path.string(), schema, kSchemaVersion);
    Results results;
    results.name = h5::read_text(file, "experiment_name");
    results.toml = h5::read_text(file, "experiment_toml");
    results.identity = h5::read_text(file, "experiment_identity");
    results.hash = h5::read_text(file, "experiment_hash");
    results.seed = h5::read_unsigned(file, "seed");
    results.classes = h5::read_unsigned(file, "classes");
    const std::string status = h5::read_text(file, "status");
    for (const RunStatus known : {RunStatus::running, RunStatus::interrupted, RunStatus::complete})
      if (status == to_text(known)) results.status = known;
    results.table = read_table(file, split_lines(h5::read_text(file, "swept_keys")));
    results.models = read_models(file);
    results.runs = read_runs(file);
    return results;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail_results("{}: not an ohmcarlo results file, or damaged ({})", path.string(), error.what());
  }
}

}  // namespace ohmcarlo
