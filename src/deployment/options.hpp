#pragma once
// What is done to a chip after it has been programmed and before it is evaluated (paper 003: Du, Peng, Liu, J. NUDT
// 45(5), 2023).

#include <cstdint>
#include <optional>

#include "crossbar/output_correction.hpp"

namespace ohmcarlo {

/// Where standard inputs come from.
enum class StandardKind : std::uint8_t {
  mean,  ///< the mean input of each layer over the calibration images, in the clean network
  ones,
};

/// Calibration: reads of standard inputs show what the arrays make of them; the difference to what the clean weights
/// make of them is subtracted from outputs.
struct CalibrateOptions {
  StandardForm form = StandardForm::constant;
  StandardKind standard = StandardKind::mean;
  Index groups = 1;  ///< K; more than a layer has inputs: as many as it has
  int reads = 1;     ///< of every standard input; their mean counts
};

/// How a wished change of a cell becomes a write. All in parts of g_max - g_min.
enum class WriteRule : std::uint8_t {
  analog,  ///< the change itself
  pulses,  ///< the nearest whole number of pulses, halves to even
  sign,    ///< one pulse in its direction (Manhattan rule)
};

/// In-situ training (Li et al., Nat. Commun. 9:2385, 2018): stochastic gradient descent whose forward pass is the
/// chip's and whose steps are writes to its cells.
struct InSituOptions {
  double threshold = 1e-2;     ///< training ends once the outputs of every layer are nearer than this (output_errors)
  std::int64_t updates = 600;  ///< the most of them
  std::int64_t check_every = 50;  ///< updates between two looks at the outputs, each after calibrating anew
  int batch = 100;                ///< images an update
  double learning_rate = 0.02;    ///< of weights, in their units
  WriteRule rule = WriteRule::analog;
  double pulse = 0.01;        ///< of WriteRule::pulses and sign
  double smallest_write = 0;  ///< smaller wished changes are left out
  double write_sigma = 0;     ///< cells whose conductance varies: a change is multiplied by exp(write_sigma z)
};

/// Retraining around known defects (Liu et al., DAC 2017): digital, with the weights of defective pairs as the chip
/// holds them; then the good cells are written once.
struct RetrainOptions {
  std::int64_t updates = 600;
  int batch = 100;
  double learning_rate = 0.02;
};

/// Steps are done in this order, whatever the order in which they are asked for.
struct DeploymentOptions {
  std::optional<RetrainOptions> retrain;
  std::optional<CalibrateOptions> calibrate;
  std::optional<InSituOptions> in_situ;

  [[nodiscard]] bool any() const { return retrain || calibrate || in_situ; }
  /// Whether cells are written one by one.
  [[nodiscard]] bool writes() const { return retrain || in_situ; }
};

}  // namespace ohmcarlo
