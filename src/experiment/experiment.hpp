#pragma once
// An experiment: its points, each with everything a training and a trial need, and the identities that resume relies
// on.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/data.hpp"
#include "config/deployment.hpp"
#include "config/document.hpp"
#include "config/hardware.hpp"
#include "config/network.hpp"
#include "config/training.hpp"
#include "config/trials.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// Changes whenever the same experiment would give other numbers; results of different versions are never mixed.
inline constexpr int kNumericsVersion = 1;

/// One combination of the swept values.
struct Point {
  std::vector<AxisValue> values;  ///< one an axis
  DataOptions data;
  NetworkOptions network;
  TrainingOptions training;
  Hardware hardware;
  DeploymentOptions deployment;
  Settings range_from;                     ///< training keys of the point whose model fixes the ranges of converters
  std::optional<std::size_t> range_point;  ///< that point; none: this one
  std::uint64_t chip_key = 0;              ///< of the randomness of chips
  std::size_t weight_layers = 0;           ///< of the network, each on arrays of its own
  std::uint32_t unit_chips = 1;            ///< chips that are evaluated together
  std::string model_text;                  ///< "key = value" of all that training reads
  std::string hardware_text;               ///< the same for the evaluation of chips
  KeySet keys;                             ///< all keys this point reads

  /// "sigma 0.1, method plain": the swept values with the last part of their keys.
  [[nodiscard]] std::string label(const Shape& shape) const;
};

struct Experiment {
  std::string file;
  std::string name;
  std::string toml;  ///< as run, overrides applied
  std::uint64_t seed = 1;
  bool common_random_numbers = true;
  double checkpoint_seconds = 30;
  KeptAnswers kept;
  Shape shape;
  std::vector<Point> points;  ///< in the order of Shape::point
  std::string identity;       ///< "key = value" of what results depend on, except swept values and counts
};

/// Checks how keys fit together and expands the sweep. Throws Error (exit 2).
[[nodiscard]] Experiment make_experiment(const Document& document);

/// "KEY content of FILE = SHA256" and a line feed; without "of FILE" if the key is not swept.
[[nodiscard]] std::string content_line(const FileContent& content);

/// The identity of the model of `point` and `replica`: what its training reads, the data's content and the numerics.
[[nodiscard]] std::string model_identity(const Experiment& experiment, const Point& point, std::size_t replica,
                                         const std::string& data_sha256);

/// The name of a model's file: the start of the identity's hash.
[[nodiscard]] std::string model_id(const std::string& identity);

/// Identity of all results that may share a file with these; its sha256 is the file's experiment_hash.
[[nodiscard]] std::string experiment_identity(const Experiment& experiment, const std::string& data_sha256);

}  // namespace ohmcarlo
