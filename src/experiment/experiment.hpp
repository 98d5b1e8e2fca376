#pragma once
// An experiment: its points, made when asked for, and the identities that resume relies on.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/made_on_demand.hpp"
#include "config/trials.hpp"
#include "experiment/identity.hpp"
#include "experiment/point.hpp"
#include "experiment/survey.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// Changes whenever the same experiment would give other numbers; results of different versions are never mixed.
inline constexpr int kNumericsVersion = 1;

/// The identity's entry for the data sets' content.
inline constexpr const char* kDataEntry = "data";
/// That for what evaluates chips; identities of what the processor does have none.
inline constexpr const char* kDeviceEntry = "device";
inline constexpr const char* kProcessor = "cpu";

/// A checked experiment. Copies share the document and what was read of it; any thread may ask for points.
struct Experiment {
  std::string file;
  std::string name;
  std::string toml;  ///< as run, overrides applied
  std::uint64_t seed = 1;
  bool common_random_numbers = true;
  double checkpoint_seconds = 30;
  KeptAnswers kept;
  ImageChoice images;          ///< that a chip sees
  std::string images_note;     ///< why these are not the ones that were asked for; empty: they are
  std::optional<Until> until;  ///< chips are added until it is met; then shape.trials is the fewest
  /// Chips go to the values that may be the best; then likewise, or, where it is over trainings, shape.replicas is the
  /// most trainings of a value and shape.trials the chips of each.
  std::optional<Race> race;
  Shape shape;
  /// In the order of Shape::point. A point takes some 50 microseconds: questions about all go to `survey`.
  MadeOnDemand<Point> points;
  /// The parts of a point, without the cost of a whole one.
  std::function<PointParts::Pair(std::size_t)> parts;
  std::shared_ptr<const Survey> survey;
  std::vector<ResolvedSetting> shared_settings;  ///< what the whole experiment reads, besides its points
  Identity identity;  ///< all that results depend on, except swept values, counts, data, device and numerics
  std::string device = kProcessor;  ///< what evaluates chips: the kind of device, "cuda"

  /// The most chips that a point and replica may get.
  [[nodiscard]] std::size_t most_chips() const { return until ? until->max : race ? race->max : shape.trials; }
  /// Whether it is decided while chips come in how many there are, of a training or in all.
  [[nodiscard]] bool decides_chips() const { return until || race; }
  /// Whether it is decided while chips come in how many trainings there are.
  [[nodiscard]] bool decides_trainings() const { return race && race->is_over_trainings(); }
  /// Representatives: see Survey::kinds.
  [[nodiscard]] const std::vector<std::size_t>& kinds() const { return survey->kinds; }
};

/// Checks how keys fit together and reads every point once. Throws BadUsage or BadData.
[[nodiscard]] Experiment make_experiment(const Document& document);

/// The identity of the model of `point` and `replica`: what its training reads, the data's content and the numerics.
[[nodiscard]] Identity model_identity(const Experiment& experiment, const Point& point, std::size_t replica,
                                      const std::string& data_sha256);

/// The name of a model's file: the start of the identity's hash.
[[nodiscard]] std::string model_id(const Identity& identity);

/// Identity of all results that may share a file with these; its hash is the file's experiment_hash. `data_sha256`: of
/// all data sets (see join_hashes).
[[nodiscard]] Identity experiment_identity(const Experiment& experiment, const std::string& data_sha256);

/// What evaluated the chips of results with this identity: kProcessor, or a kind of device.
[[nodiscard]] std::string device_of(const Identity& results);

/// The hashes of data sets in alphabetical order of their names, with spaces between.
[[nodiscard]] std::string join_hashes(const std::map<std::string, std::string>& data_hashes);

}  // namespace ohmcarlo
