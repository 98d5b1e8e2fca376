#pragma once
// The results of an experiment in memory: one cell for every point, replica and chip. What storage writes and reads.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "records/metric.hpp"

namespace ohmcarlo {

/// One value of a swept key. Booleans and lists are kept as their text ("true", "[100, 50]").
using AxisValue = std::variant<double, std::int64_t, std::string>;

[[nodiscard]] std::string to_text(const AxisValue& value);

/// A swept key and its values, all of one type and all different.
struct Axis {
  std::string key;
  std::vector<AxisValue> values;
};

enum class CellState : std::uint8_t { not_run = 0, done = 1, failed = 2 };

/// The shape of all results: axes in the order of the experiment's [sweep], then replicas, then trials (chips).
struct Shape {
  std::vector<Axis> axes;
  std::size_t replicas = 1;
  std::size_t trials = 1;

  [[nodiscard]] std::size_t points() const;
  [[nodiscard]] std::size_t cells() const { return points() * replicas * trials; }
  /// Number of the point with these indices, one an axis; the last axis runs fastest.
  [[nodiscard]] std::size_t point(const std::vector<std::size_t>& indices) const;
  [[nodiscard]] std::vector<std::size_t> indices(std::size_t point) const;
  [[nodiscard]] std::size_t cell(std::size_t point, std::size_t replica, std::size_t trial) const {
    return (point * replicas + replica) * trials + trial;
  }
};

struct Table {
  Shape shape;
  std::vector<Metric> metrics;
  std::vector<std::vector<double>> values;  ///< of each metric: [cells, its size], NaN where not run
  std::vector<CellState> state;             ///< [cells]
  std::vector<double> seconds;              ///< [cells] processor seconds a chip took
  std::vector<double> clean_accuracy;       ///< [points, replicas] digital accuracy of the model, NaN without one
  std::vector<double>
      clean_loss;  ///< [points, replicas] digital loss of the model: cross-entropy, nat, without any penalty

  Table() = default;
  explicit Table(const Shape& shape, const std::vector<Metric>& metrics = standard_metrics());

  /// Copies every cell of `old` to the place with the same axis values, every metric to the one of the same name. The
  /// axes' keys must be the same, in order, and nothing of `old` may be without a place.
  void adopt(const Table& old);
};

/// The smallest shape that holds both: values of `wanted` first, then what only `old` has (numbers in ascending order
/// if both were); the larger number of replicas and trials. Throws UnusableResults unless both have the same keys in
/// order.
[[nodiscard]] Shape merge_shapes(const Shape& wanted, const Shape& old);

/// Where `value` lies on the axis, if it does.
[[nodiscard]] std::optional<std::size_t> find(const Axis& axis, const AxisValue& value);

/// One trained network, as the results file lists it.
struct ModelRecord {
  std::string id;        ///< short hash of the identity: the name of its file
  std::string identity;  ///< "key = value" lines of all that its training read
  std::string method;
  std::string file;  ///< in the model store
  std::int64_t replica = 0;
  std::int64_t epoch = 0;  ///< the chosen one, counted from 1
  double training_loss = 0;
  double validation_accuracy = 0;
  double clean_accuracy = 0;  ///< digital, on the test images
  double clean_loss = 0;  ///< digital, on the test images: mean cross-entropy, nat, without what training adds to it
  bool diverged = false;

  static auto members(auto& self) {
    return std::tie(self.id, self.identity, self.method, self.file, self.replica, self.epoch, self.training_loss,
                    self.validation_accuracy, self.clean_accuracy, self.clean_loss, self.diverged);
  }
};

}  // namespace ohmcarlo
