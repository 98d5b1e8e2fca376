#include "experiment/experiment.hpp"

#include <algorithm>
#include <mutex>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "config/experiment.hpp"
#include "config/storage.hpp"
#include "experiment/race.hpp"
#include "experiment/sampling.hpp"
#include "experiment/settings.hpp"
#include "experiment/unread_key.hpp"
#include "random/address.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostPoints = 1000000;
constexpr std::size_t kMostCells = 200000000;

/// The number of the point that differs from point `number` in what hardware.adc.range_from says; none if that is this
/// point.
std::optional<std::size_t> find_range_point(const Document& document, const Shape& shape, std::size_t number,
                                            const Settings& other) {
  const std::string where = document.where.at("hardware.adc.range_from");
  std::vector<std::size_t> indices = shape.indices(number);
  for (const auto& [path, text] : other) {
    const auto axis = std::ranges::find(document.swept, path, &SweptKey::path);
    if (!path.starts_with("training.") || axis == document.swept.end())
      fail_usage("{}: 'hardware.adc.range_from' names '{}' (allowed: keys of [training] that are swept)", where, path);
    const auto value = std::ranges::find(axis->values, text, to_toml);
    if (value == axis->values.end())
      fail_usage("{}: 'hardware.adc.range_from' wants {} = {}, which is not among the swept values", where, path, text);
    indices[static_cast<std::size_t>(axis - document.swept.begin())] =
        static_cast<std::size_t>(value - axis->values.begin());
  }
  const std::size_t found = shape.point(indices);
  return found == number ? std::nullopt : std::optional(found);
}

/// An axis as the results file has it; values of mixed types become text.
Axis make_axis(const SweptKey& swept) {
  const bool uniform = std::all_of(swept.values.begin(), swept.values.end(),
                                   [&](const Value& value) { return value.index() == swept.values.front().index(); });
  Axis axis{swept.path, {}};
  for (const Value& value : swept.values) {
    if (const auto* word = std::get_if<std::string>(&value))
      axis.values.emplace_back(*word);
    else if (const auto* number = std::get_if<double>(&value); number != nullptr && uniform)
      axis.values.emplace_back(*number);
    else if (const auto* whole = std::get_if<std::int64_t>(&value); whole != nullptr && uniform)
      axis.values.emplace_back(*whole);
    else
      axis.values.emplace_back(to_toml(value));
  }
  return axis;
}

/// What is written in the document, what its points' files hold, and how points compute.
Identity identity_of(const Document& document, const KeptAnswers& kept, const Survey& survey) {
  Identity identity;
  auto settings = document.fixed;
  if (kept.validation_accuracy) settings["trials.validation_accuracy"] = true;  // a race may ask for it unwritten
  for (const auto& [path, value] : settings) {
    const Key& key = *find_key(path);
    const bool is_default = !key.fallback.empty() && key.default_value() == value;
    if (key.changes_results && !is_default) identity.add_setting(path, to_toml(value));
  }
  for (const SweptKey& axis : document.swept) identity.add_axis(axis.path);
  Identity contents;
  for (const FileContent& file : survey.files) contents.add_content(file);
  std::vector<IdentityEntry> entries = contents.entries();
  std::ranges::sort(entries, {}, &IdentityEntry::text);
  for (const IdentityEntry& entry : entries) identity.add_content({entry.key, entry.file, entry.value});
  if (survey.groups_on_arrays) identity.add_setting(kGroupsEntry, kGroupsValue);
  return identity;
}

void check_all_read(const Document& document, const KeySet& used) {
  const auto check = [&](const std::string& path) {
    if (used.test(id_of(KeyName(path)))) return;
    const std::string setting = setting_that_reads(document, path);
    fail_usage("{}: no point of this experiment reads '{}' ({}); remove it, or {}", document.where.at(path), path,
               find_key(path)->help, setting.empty() ? "choose settings that use it" : "set " + setting);
  };
  for (const auto& [path, value] : document.fixed) check(path);
  for (const SweptKey& swept : document.swept) check(swept.path);
}

/// Refuses answers that are kept for every class where there are too many of them.
void check_classes(const Experiment& experiment, const Document& document) {
  constexpr std::size_t kMostConfused = 1000, kMostKept = 10000;
  const auto check = [&](const char* key, bool kept, std::size_t classes, std::size_t most) {
    if (kept && classes > most)
      fail_usage("{}: '{}' keeps numbers for {} classes (allowed: {} classes at most)", document.place_of(key), key,
                 classes, most);
  };
  for (const std::size_t kind : experiment.kinds()) {
    const std::size_t classes = experiment.parts(kind).model->data.classes();
    check("trials.confusion", experiment.kept.confusion, classes, kMostConfused);
    check("trials.class_accuracy", experiment.kept.class_accuracy, classes, kMostKept);
  }
}

/// Refuses to keep what chips say of images that are held out of training where none are.
void check_validation(const Experiment& experiment, const Document& document) {
  if (!experiment.kept.validation_accuracy) return;
  for (const std::size_t kind : experiment.kinds())
    if (experiment.parts(kind).model->data.validation == 0)
      fail_usage("{}: 'data.validation' is 0, but {} (allowed: at least 1{})", document.place_of("data.validation"),
                 experiment.race ? "the race is on images that are held out"
                                 : "'trials.validation_accuracy' is of these images",
                 experiment.race ? ", trials.race.metric = \"accuracy\"" : "");
}

/// Makes the points of a checked experiment.
class PointMaker {
 public:
  PointMaker(std::shared_ptr<PointParts> parts, const Experiment& experiment, std::string directory)
      : parts_(std::move(parts)),
        shape_(experiment.shape),
        seed_(experiment.seed),
        common_random_numbers_(experiment.common_random_numbers),
        survey_(experiment.survey),
        directory_(std::move(directory)) {}

  [[nodiscard]] PointParts::Pair read(std::size_t number) {
    const std::scoped_lock lock(mutex_);
    return parts_->read(number);
  }

  [[nodiscard]] Point make(std::size_t number) {
    const auto [chip, model] = read(number);
    Point point;
    point.data = model->data;
    point.data.directory = directory_;
    point.network = model->network;
    point.training = model->training;
    point.hardware = chip->hardware;
    point.deployment = chip->deployment;
    point.range_from = chip->range_from;
    if (!survey_->range_point.empty() && survey_->range_point[number] != Survey::kNone)
      point.range_point = survey_->range_point[number];
    point.weight_layers = model->spec.weight_layers().size();
    point.unit_chips = survey_->unit_chips[number];
    point.training_settings = model->source.identity();
    if (trains_groups_on_arrays(*model)) point.training_settings.add_setting(kGroupsEntry, kGroupsValue);
    point.chip_settings = chip->source.identity();
    point.keys = chip->source.keys() | model->source.keys();
    std::string place;
    const std::vector<std::size_t> indices = shape_.indices(number);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      point.values.push_back(shape_.axes[i].values[indices[i]]);
      place += shape_.axes[i].key + " = " + to_text(point.values.back()) + "\n";
    }
    point.chip_key =
        common_random_numbers_ ? seed_ : derived_key(seed_, std::stoull(sha256(place).substr(0, 16), nullptr, 16));
    return point;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<PointParts> parts_;
  Shape shape_;
  std::uint64_t seed_;
  bool common_random_numbers_;
  std::shared_ptr<const Survey> survey_;
  std::string directory_;
};

}  // namespace

Experiment make_experiment(const Document& document) {
  const PointSettings nothing_swept(document);
  Reader reader(nothing_swept);
  Experiment experiment;
  experiment.file = document.file;
  experiment.toml = document.text;
  const ExperimentOptions options = read_experiment(reader);
  const TrialsOptions trials = read_trials(reader);
  experiment.name = options.name;
  experiment.seed = options.seed;
  experiment.common_random_numbers = trials.common_random_numbers;
  experiment.kept = trials.kept;
  experiment.until = trials.until;
  experiment.race = trials.race;
  experiment.checkpoint_seconds = read_storage(reader).checkpoint_seconds;
  experiment.shape.replicas = read_replicas(reader);
  experiment.shape.trials = trials.count;
  const std::string directory = read_data_directory(reader);

  for (const SweptKey& swept : document.swept) {
    experiment.shape.axes.push_back(make_axis(swept));
    if (experiment.shape.points() > kMostPoints) break;
  }
  if (experiment.shape.points() > kMostPoints || experiment.shape.cells() > kMostCells)
    fail_usage("{}: the experiment is too large (allowed: {} points and {} chips in all)", document.file, kMostPoints,
               kMostCells);

  const auto parts = std::make_shared<PointParts>(document, experiment.shape);
  experiment.survey = std::make_shared<const Survey>(survey_points(
      *parts, experiment.shape, experiment.common_random_numbers, [&](std::size_t number, const Settings& other) {
        return find_range_point(document, experiment.shape, number, other);
      }));
  experiment.identity = identity_of(document, experiment.kept, *experiment.survey);
  for (const KeyId key : ids_by_path())
    if (const RecordedValue* read = reader.find_read(key))
      experiment.shared_settings.push_back({std::string(all_keys()[key].path), {}, {setting_value(read->value)}});
  const auto maker = std::make_shared<PointMaker>(parts, experiment, directory);
  experiment.points = {experiment.shape.points(), [maker](std::size_t number) { return maker->make(number); }};
  experiment.parts = [maker](std::size_t number) { return maker->read(number); };
  const ResolvedImages resolved = resolve_images(experiment, trials.images, reader.where("trials.images"));
  experiment.images = resolved.images;
  experiment.images_note = resolved.note;
  experiment.kept.of_sampled_images = experiment.images.kind != ImageChoice::Kind::all;
  check_all_read(document, reader.keys_read() | experiment.survey->keys);
  check_classes(experiment, document);
  check_validation(experiment, document);
  if (experiment.race) check_race(experiment, document.place_of("trials.race.axis"));
  return experiment;
}

Identity model_identity(const Experiment& experiment, const Point& point, std::size_t replica,
                        const std::string& data_sha256) {
  Identity identity = point.training_settings;
  identity.add_setting(kDataEntry, data_sha256);
  identity.add_setting("seed", fmt::format("{}", experiment.seed));
  identity.add_setting("replica", fmt::format("{}", replica));
  identity.add_setting("numerics", fmt::format("{}", kNumericsVersion));
  return identity;
}

std::string model_id(const Identity& identity) {
  return identity.hash().substr(0, 16);
}

Identity experiment_identity(const Experiment& experiment, const std::string& data_sha256) {
  Identity identity = experiment.identity;
  identity.add_setting(kDataEntry, data_sha256);
  identity.add_setting("numerics", fmt::format("{}", kNumericsVersion));
  if (experiment.device != kProcessor) identity.add_setting(kDeviceEntry, experiment.device);
  return identity;
}

std::string device_of(const Identity& results) {
  const auto found = std::ranges::find(results.entries(), kDeviceEntry, &IdentityEntry::key);
  return found == results.entries().end() ? kProcessor : found->value;
}

std::string join_hashes(const std::map<std::string, std::string>& data_hashes) {
  std::string text;
  for (const auto& [name, hash] : data_hashes) text += (text.empty() ? "" : " ") + hash;
  return text;
}

}  // namespace ohmcarlo
