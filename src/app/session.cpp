#include "app/session.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "experiment/summary.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace {

constexpr double kLockPatienceSeconds = 10;
constexpr double kReportSeconds = 1.5;    ///< chips reach the manager at most this much later
constexpr double kMostOfTimeSaving = 20;  ///< at most one part in so many

std::set<std::string> lines(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    found.insert(text.substr(start, end - start));
    start = end + 1;
  }
  return found;
}

std::string key_of(const std::string& line) {
  return line.substr(0, line.find(" = "));
}

/// Keys whose lines differ between two identities, except those that no point of the old results reads.
std::set<std::string> differing_keys(const std::string& old_text, const std::string& new_text,
                                     const Experiment& experiment, const Shape& old_shape) {
  const std::set<std::string> old_lines = lines(old_text);
  const std::set<std::string> new_lines = lines(new_text);
  std::set<std::string> differing;
  for (const std::string& line : old_lines)
    if (!new_lines.contains(line)) differing.insert(key_of(line));
  for (const std::string& line : new_lines)
    if (!old_lines.contains(line)) differing.insert(key_of(line));

  // A key that only added points read ("training.method" has a new value with keys of its own) changes no old cell.
  std::set<std::string> read_by_old;
  std::size_t old_points_found = 0;
  for (const Point& point : experiment.points) {
    bool is_old = true;
    for (std::size_t i = 0; i < old_shape.axes.size(); ++i)
      is_old = is_old && i < point.values.size() && find(old_shape.axes[i], point.values[i]).has_value();
    if (!is_old) continue;
    ++old_points_found;
    for (std::size_t key = 0; key < all_keys().size(); ++key)
      if (point.keys[key]) read_by_old.emplace(all_keys()[key].path);
    for (const FileContent& content : point.hardware.files) read_by_old.insert(key_of(content_line(content)));
  }
  if (old_points_found == old_shape.points())
    std::erase_if(differing, [&](const std::string& key) {
      const bool of_points = key.starts_with("hardware.variation.file content") ||
                             (find_key(key) != nullptr && !key.starts_with("trials.") && key != "experiment.seed");
      return of_points && !read_by_old.contains(key);
    });
  return differing;
}

}  // namespace

Session::Session(std::string path, IfExists if_exists, const Experiment& experiment, const std::vector<Metric>& metrics,
                 const std::string& identity, std::size_t classes, const Facts& run)
    : path_(std::move(path)), metrics_(metrics) {
  const auto refuse_foreign = [&] {
    const FileKind kind = kind_of_file(path_);
    if (kind == FileKind::foreign)
      fail_results("{}: exists and is not a results file of ohmcarlo; it is left alone", path_);
    if (kind == FileKind::ours && if_exists == IfExists::refuse)
      fail_results("{}: exists (allowed: --resume to continue it, --overwrite to replace it)", path_);
    return kind;
  };
  (void)refuse_foreign();  // before a lock file is made beside it
  lock_ = std::make_unique<ResultsLock>(path_, kLockPatienceSeconds);
  const bool resumes = refuse_foreign() == FileKind::ours && if_exists == IfExists::resume;

  if (resumes) {
    Results old = load_results(path_);
    Shape shape;
    std::vector<Metric> both;
    try {
      shape = unite(experiment.shape, old.table.shape);
      both = unite(metrics, old.table.metrics);
    } catch (const Error& error) {
      fail_results("{}: {}", path_, error.what());
    }
    const std::set<std::string> differing = differing_keys(old.identity, identity, experiment, old.table.shape);
    if (!differing.empty()) {
      std::string keys;
      for (const std::string& key : differing) keys += (keys.empty() ? "" : ", ") + key;
      fail_results("{}: holds another experiment; these differ: {} (allowed: the same experiment, or another file)",
                   path_, keys);
    }
    results_.table = Table(shape, both);
    results_.table.adopt(old.table);
    results_.models = std::move(old.models);
    results_.runs = std::move(old.runs);
    found_ = static_cast<std::size_t>(std::count_if(results_.table.state.begin(), results_.table.state.end(),
                                                    [](CellState state) { return state != CellState::not_run; }));
  } else {
    results_.table = Table(experiment.shape, metrics);
  }
  results_.name = experiment.name;
  results_.toml = experiment.toml;
  results_.identity = identity;
  results_.hash = sha256(identity);
  results_.seed = experiment.seed;
  results_.classes = classes;
  results_.runs.push_back(run);
}

void Session::add(const ModelRecord& model, const Experiment& experiment, const Plan& plan, std::uint32_t number) {
  std::erase_if(results_.models, [&](const ModelRecord& known) { return known.id == model.id; });
  results_.models.push_back(model);
  std::sort(results_.models.begin(), results_.models.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  Table& table = results_.table;
  for (const EvaluationTask& task : plan.evaluations) {
    if (task.model != number) continue;
    for (const std::size_t point : task.points) {
      const std::size_t place =
          table_point(table.shape, experiment.points[point]) * table.shape.replicas + task.replica;
      table.clean_accuracy[place] = model.clean_accuracy;
      table.clean_loss[place] = model.clean_loss;
    }
  }
  changed_ = true;
}

void Session::add(const std::vector<ChipResult>& chips, double seconds, const Experiment& experiment,
                  const EvaluationTask& task, std::uint32_t unit) {
  Table& table = results_.table;
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const std::size_t trial = std::size_t{unit} * task.unit_chips + i;
    if (trial >= experiment.shape.trials) break;  // spare chips that filled up the group
    for (const std::size_t number : task.points) {
      const std::size_t cell =
          table.shape.cell(table_point(table.shape, experiment.points[number]), task.replica, trial);
      const double* value = chips[i].values.data();
      for (std::size_t m = 0; m < metrics_.size(); ++m)  // the table's first ones, where they may be longer
        for (const std::size_t place : places(metrics_[m], table.metrics[m]))
          table.values[m][cell * table.metrics[m].size() + place] = *value++;
      table.state[cell] = chips[i].failed ? CellState::failed : CellState::done;
      table.seconds[cell] = seconds / static_cast<double>(chips.size());
    }
  }
  changed_ = true;
}

void Session::checkpoint(double checkpoint_seconds, const Clock& clock) {
  const double now = clock();
  const double wanted = std::max(checkpoint_seconds - kReportSeconds, checkpoint_seconds / 2);
  if (!changed_ || now - last_saved_ < std::max(wanted, kMostOfTimeSaving * saving_took_)) return;
  save(RunStatus::running);
  last_saved_ = clock();
  saving_took_ = last_saved_ - now;
}

void Session::save(RunStatus status) {
  results_.status = status;
  results_.summaries = summarise_table(results_.table, results_.classes);
  save_results(path_, results_);
  lock_->heartbeat();
  changed_ = false;
}

void Session::note(const std::string& name, const std::string& text) {
  Facts& facts = results_.runs.back();
  std::erase_if(facts, [&](const auto& fact) { return fact.first == name; });
  facts.emplace_back(name, text);
}

bool is_complete(const Experiment& experiment, const Plan& plan, const Table& table) {
  return std::all_of(plan.evaluations.begin(), plan.evaluations.end(),
                     [&](const EvaluationTask& task) { return missing_units(experiment, task, table).empty(); });
}

}  // namespace ohmcarlo
