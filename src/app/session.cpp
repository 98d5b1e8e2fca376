#include "app/session.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "experiment/settings.hpp"
#include "experiment/summary.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace {

constexpr double kReportSeconds = 1.5;  ///< chips reach the manager at most this much later

/// What the points of an earlier shape read in this experiment.
struct EarlierPoints {
  std::size_t count = 0;  ///< of them that this experiment has
  bool groups_on_arrays = false;
  KeySet keys;
  std::set<std::pair<std::string, std::string>> files;  ///< key and name
  std::set<std::string> data;                           ///< names of data sets
};

EarlierPoints read_earlier_points(const Experiment& experiment, const Shape& earlier) {
  EarlierPoints found;
  const TablePoints places(experiment.shape, earlier);
  for (std::size_t number = 0; number < experiment.shape.points(); ++number) {
    if (!places.find_inside(number)) continue;
    const PointParts::Pair parts = experiment.parts(number);
    const auto& [chip, model] = parts;
    ++found.count;
    found.groups_on_arrays = found.groups_on_arrays || parts.has_groups_on_arrays();
    found.keys |= chip->source.keys() | model->source.keys();
    found.data.insert(model->data.name);
    for (const auto* files : {&chip->hardware.files, &model->network.files, &model->data.contents})
      for (const FileContent& file : *files) found.files.emplace(file.key, file.file);
  }
  return found;
}

/// Whether a statement that just one of two identities makes changes no earlier point: a key, a file or a data set that
/// only added points read ("training.method" has a new value with keys of its own).
bool is_of_added_points(const IdentityEntry& entry, const EarlierPoints& earlier,
                        const std::map<std::string, std::string>& data_hashes, const std::string& old_data) {
  if (entry.kind == IdentityEntry::Kind::axis) return false;
  if (entry.kind == IdentityEntry::Kind::content) return !earlier.files.contains({entry.key, entry.file});
  if (entry.key == kDataEntry) {
    std::map<std::string, std::string> hashes = data_hashes;
    std::erase_if(hashes, [&](const auto& set) { return !earlier.data.contains(set.first); });
    return join_hashes(hashes) == old_data;
  }
  if (entry.key == kGroupsEntry) return !earlier.groups_on_arrays;
  const Key* key = find_key(entry.key);
  const bool of_points = key != nullptr && !key->path.starts_with("trials.") && key->path != "experiment.seed";
  return of_points && !earlier.keys.test(id_of(KeyName(key->path)));
}

/// What differs between the identity in a file and that of the experiment, for a message; without what no earlier point
/// depends on.
std::set<std::string> differing_keys(const Identity& old, const Identity& wanted, const Experiment& experiment,
                                     const std::map<std::string, std::string>& data_hashes, const Shape& old_shape) {
  std::vector<IdentityEntry> differing = differing_entries(old, wanted);
  if (!differing.empty()) {
    const EarlierPoints earlier = read_earlier_points(experiment, old_shape);
    const auto data = std::ranges::find(old.entries(), kDataEntry, &IdentityEntry::key);
    const std::string old_data = data == old.entries().end() ? "" : data->value;
    if (earlier.count == old_shape.points())
      std::erase_if(differing, [&](const IdentityEntry& entry) {
        return is_of_added_points(entry, earlier, data_hashes, old_data);
      });
  }
  std::set<std::string> keys;
  for (const IdentityEntry& entry : differing) keys.insert(entry.subject());
  return keys;
}

/// What one may not know of what differs.
std::string_view why_they_differ(const std::set<std::string>& subjects) {
  if (subjects.contains(kGroupsEntry))
    return "; the groups of a convolution shared arrays before, and have arrays of their own now";
  if (subjects.contains(kDeviceEntry))
    return "; its chips were evaluated by another kind of device (--device auto takes the file's)";
  const bool published = std::ranges::any_of(
      subjects, [](const std::string& subject) { return subject.starts_with("data.scaling content"); });
  return published
             ? "; \"published\" was mean 0.5 and sd 0.5 for MNIST and Fashion-MNIST before, which is \"centred\" now"
             : "";
}

/// What is said of a symbolic link that leads nowhere.
std::string dangling(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error) || std::filesystem::exists(path, error)) return "";
  return fmt::format(" (a symbolic link to {}, which is not there)",
                     std::filesystem::read_symlink(path, error).string());
}

/// Refuses to race values of which the file has more: all of an axis run against each other.
void check_race_values(const std::string& path, const Experiment& experiment, const Shape& shape) {
  const std::string& key = experiment.race->axis;
  const auto wanted = std::ranges::find(experiment.shape.axes, key, &Axis::key);
  for (const AxisValue& value : std::ranges::find(shape.axes, key, &Axis::key)->values)
    if (!find(*wanted, value))
      fail_results(
          "{}: has {} = {}, which the experiment does not race (allowed: all values of the file, or another file)",
          path, key, to_text(value));
  if (!experiment.race->is_over_trainings() && shape.replicas > 1)
    fail_results("{}: has {} trainings of every point, but this race is over the chips of one (allowed: another file)",
                 path, shape.replicas);
  if (shape.replicas > experiment.shape.replicas)
    fail_results(
        "{}: has room for {} trainings of every point, more than the {} of this race (allowed: "
        "training.replicas = {} or more, or another file)",
        path, shape.replicas, experiment.shape.replicas, shape.replicas);
}

PilotChip pilot_chip(std::size_t point, std::uint32_t trial, const std::vector<double>& sums) {
  const auto middle = sums.begin() + static_cast<std::ptrdiff_t>(sums.size() / 2);
  return {point, trial, {sums.begin(), middle}, {middle, sums.end()}};
}

}  // namespace

Session::Session(std::string path, IfExists if_exists, const Experiment& experiment, const std::vector<Metric>& metrics,
                 const std::map<std::string, std::string>& data_hashes, std::size_t classes, const Provenance& run,
                 const LockOptions& lock, const ReadOptions& reading)
    : path_(std::move(path)), metrics_(metrics) {
  const Identity identity = experiment_identity(experiment, join_hashes(data_hashes));
  const auto refuse_foreign = [&] {
    const FileKind kind = kind_of_file(path_);
    if (kind == FileKind::foreign)
      fail_results("{}: exists and {}{}; it is left alone", path_, describe_foreign(path_), dangling(path_));
    if ((kind == FileKind::ours || kind == FileKind::damaged) && if_exists == IfExists::refuse)
      fail_results("{}: exists (allowed: --resume to continue it, --overwrite to replace it)", path_);
    return kind;
  };
  (void)refuse_foreign();  // before a lock file is made beside it
  writer_ = std::make_unique<ResultsWriter>(path_, lock);
  warnings_ = writer_->warnings();
  const bool resumes = refuse_foreign() != FileKind::absent && if_exists == IfExists::resume;

  if (resumes) {
    Results old = load_results(path_, reading);
    Shape shape;
    std::vector<Metric> both;
    try {
      shape = merge_shapes(experiment.shape, old.table.shape);
      both = merge_metrics(metrics, old.table.metrics);
    } catch (const Error& error) {
      fail_results("{}: {}", path_, error.what());
    }
    const std::set<std::string> differing =
        differing_keys(parse_identity(old.identity), identity, experiment, data_hashes, old.table.shape);
    if (!differing.empty()) {
      std::string keys;
      for (const std::string& key : differing) keys += (keys.empty() ? "" : ", ") + key;
      fail_results("{}: holds another experiment; these differ: {}{} (allowed: the same experiment, or another file)",
                   path_, keys, why_they_differ(differing));
    }
    if (!experiment.decides_chips() && experiment.shape.trials < old.table.shape.trials)
      warnings_.push_back(fmt::format("{} holds {} chips a point: all are kept, though trials.count is {}", path_,
                                      old.table.shape.trials, experiment.shape.trials));
    results_.table = Table(shape, both);
    results_.table.adopt(old.table);
    results_.settings = settings_of(experiment, shape, old.settings, old.table.shape);
    results_.models = std::move(old.models);
    results_.sampling = std::move(old.sampling);
    if (results_.sampling) {
      const TablePoints earlier(shape, old.table.shape);
      for (PilotChip& chip : results_.sampling->pilot) chip.point = earlier.find_in_table(chip.point);
    }
    results_.runs = std::move(old.runs);
    found_ = static_cast<std::size_t>(std::count_if(results_.table.state.begin(), results_.table.state.end(),
                                                    [](CellState state) { return state != CellState::not_run; }));
  } else {
    results_.table = Table(experiment.shape, metrics);
    results_.settings = settings_of(experiment);
  }
  places_.emplace(results_.table.shape, experiment.shape);
  if (experiment.race) {
    races_ = RaceRules::find(results_.settings, results_.table.shape);
    check_race_values(path_, experiment, results_.table.shape);
  }
  if (experiment.until) rules_ = StoppingRules::find(results_.settings, results_.table.shape);
  results_.name = experiment.name;
  results_.toml = experiment.toml;
  results_.identity = identity.text();
  results_.hash = identity.hash();
  results_.seed = experiment.seed;
  results_.classes = classes;
  results_.runs.push_back(run);
  saver_ = std::make_unique<Saver>([writer = writer_.get()](Results& results) {
    // Of the file's own settings: a rule of an earlier run, too, has decided the number of chips.
    results.summaries =
        summarise_table(results.table, results.classes, StoppingRules::find(results.settings, results.table.shape));
    results.race = record_races(results.settings, results.table);
    writer->save(results);
  });
}

void Session::set_sampling(Sampling sampling) {
  results_.sampling = std::move(sampling);
  changed_ = true;
}

void Session::make_room(std::size_t trials) {
  if (trials <= results_.table.shape.trials) return;
  Shape shape = results_.table.shape;
  shape.trials = trials;
  Table larger(shape, results_.table.metrics);
  larger.adopt(results_.table);
  results_.table = std::move(larger);
}

void Session::add(const ModelRecord& model, const Plan& plan, std::uint32_t number) {
  std::erase_if(results_.models, [&](const ModelRecord& known) { return known.id == model.id; });
  results_.models.push_back(model);
  std::sort(results_.models.begin(), results_.models.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  Table& table = results_.table;
  for (const std::uint32_t evaluation : plan.evaluations_of(number)) {
    const EvaluationTask task = plan.evaluations[evaluation];
    for (const std::size_t point : task.points) {
      const std::size_t place = places_->find_in_table(point) * table.shape.replicas + task.replica;
      table.clean_accuracy[place] = model.clean_accuracy;
      table.clean_loss[place] = model.clean_loss;
    }
  }
  changed_ = true;
}

void Session::add(const std::vector<ChipResult>& chips, double seconds, const Experiment& experiment,
                  const EvaluationTask& task, std::uint32_t unit) {
  Table& table = results_.table;
  const auto computed = std::ranges::count_if(chips, [](const ChipResult& chip) { return !chip.values.empty(); });
  for (std::size_t i = 0; i < chips.size(); ++i) {
    if (chips[i].values.empty()) continue;
    const std::size_t trial = std::size_t{unit} * task.unit_chips + i;
    if (trial >= experiment.most_chips() || trial >= table.shape.trials) break;  // spare chips that filled up the group
    for (const std::size_t number : task.points) {
      const std::size_t cell = table.shape.cell(places_->find_in_table(number), task.replica, trial);
      const double* value = chips[i].values.data();
      for (std::size_t m = 0; m < metrics_.size(); ++m)  // the table's first ones, where they may be longer
        for (const std::size_t place : places(metrics_[m], table.metrics[m]))
          table.values[m][cell * table.metrics[m].size() + place] = *value++;
      table.state[cell] = chips[i].failed ? CellState::failed : CellState::done;
      table.seconds[cell] = seconds / static_cast<double>(computed);
    }
    const auto chip_number = static_cast<std::uint32_t>(trial);
    if (results_.sampling && !results_.sampling->is_decided() && results_.sampling->is_pilot(task.replica, trial))
      results_.sampling->pilot.push_back(
          pilot_chip(places_->find_in_table(task.points.front()), chip_number, chips[i].pilot_sums));
  }
  changed_ = true;
}

void Session::fill_equal_chips(const EvaluationTask& task, std::size_t chips) {
  if (!task.equal_chips) return;
  Table& table = results_.table;
  for (const std::size_t number : task.points) {
    const std::size_t first = table.shape.cell(places_->find_in_table(number), task.replica, 0);
    if (table.state[first] == CellState::not_run) continue;
    for (std::size_t cell = first + 1; cell < first + std::min(chips, table.shape.trials); ++cell) {
      if (table.state[cell] != CellState::not_run) continue;
      for (std::size_t m = 0; m < table.metrics.size(); ++m) {
        const std::size_t size = table.metrics[m].size();
        std::copy_n(table.values[m].begin() + static_cast<std::ptrdiff_t>(first * size), size,
                    table.values[m].begin() + static_cast<std::ptrdiff_t>(cell * size));
      }
      table.state[cell] = table.state[first];
      table.seconds[cell] = 0;
      changed_ = true;
    }
  }
}

void Session::checkpoint(double checkpoint_seconds, const Clock& clock) {
  saver_->raise();
  const double now = clock();
  const double wanted = std::max(checkpoint_seconds - kReportSeconds, checkpoint_seconds / 2);
  if (!changed_ || now - last_begun_ < wanted || saver_->is_busy()) return;
  results_.status = RunStatus::running;
  saver_->begin(results_);
  last_begun_ = now;
  changed_ = false;
}

void Session::save(RunStatus status) {
  results_.status = status;
  saver_->save_now(results_);
  changed_ = false;
}

void Session::note(const std::string& name, const std::string& text) {
  Provenance& run = results_.runs.back();
  std::erase_if(run, [&](const auto& entry) { return entry.first == name; });
  run.emplace_back(name, text);
}

}  // namespace ohmcarlo
