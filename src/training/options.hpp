#pragma once
// Everything a training needs besides data: plain values, filled in from the experiment file.

#include <cstdint>
#include <optional>
#include <string>

#include "crossbar/options.hpp"
#include "data/augmentation.hpp"
#include "device/variation.hpp"
#include "network/spec.hpp"

namespace ohmcarlo {

enum class MethodKind : std::uint8_t { plain, noise_injection };
enum class OptimizerKind : std::uint8_t { adam, sgd };
enum class ScheduleKind : std::uint8_t { constant, cosine, step };

struct TrainingOptions {
  MethodKind method = MethodKind::plain;
  int epochs = 10;  ///< >= 1
  int batch = 128;  ///< images a step, >= 1; the last step of an epoch takes what is left
  OptimizerKind optimizer = OptimizerKind::adam;
  double learning_rate = 1e-3;  ///< > 0
  double momentum = 0.9;        ///< sgd only, [0, 1)
  double weight_decay = 0;      ///< >= 0, added to the gradient of the weights (not of the biases) as L2
  ScheduleKind schedule = ScheduleKind::constant;
  int step_epochs = 10;      ///< step schedule: epochs between reductions, >= 1
  double step_factor = 0.1;  ///< step schedule: factor of each reduction, (0, 1]
  Augmentation augmentation;
  int weight_bits = 0;      ///< bits of a weight as the passes see it, its sign apart, at most 16; 0: not quantised
  int activation_bits = 0;  ///< bits of the inputs of weight layers as the passes see them, at most 16; 0: likewise
  Variation noise;           ///< noise-injection: drawn anew at every pass
  std::optional<ArrayOptions> noise_arrays;  ///< noise-injection: instead, what programming such arrays does
  int validation_chips = 4;  ///< noise-injection: chips on which an epoch is judged, >= 1
};

/// The learning rate of `epoch` (0-based): constant; cosine from learning_rate towards 0 over all epochs
/// (Loshchilov, Hutter, ICLR 2017, without restarts); or times step_factor every step_epochs.
[[nodiscard]] double learning_rate(const TrainingOptions& options, int epoch);

}  // namespace ohmcarlo
