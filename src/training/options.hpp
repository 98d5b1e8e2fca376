#pragma once
// Everything a training needs besides data: plain values, filled in from the experiment file.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crossbar/options.hpp"
#include "data/augmentation.hpp"
#include "device/variation.hpp"
#include "network/graph.hpp"
#include "periphery/concrete.hpp"

namespace ohmcarlo {

// The register of training methods: each has a MethodEntry of this name in a file of training/methods/, which holds its
// word (training/method.hpp). Messages list them in this order.
#define OHMCARLO_TRAINING_METHODS(METHOD) \
  METHOD(plain)                           \
  METHOD(noise_injection)                 \
  METHOD(ovf)                             \
  METHOD(irs)                             \
  METHOD(kurtosis)                        \
  METHOD(kure)                            \
  METHOD(ste_adc)                         \
  METHOD(concrete_adc)                    \
  METHOD(crossbar_aware)

#define OHMCARLO_LIST(name) name,
enum class MethodKind : std::uint8_t { OHMCARLO_TRAINING_METHODS(OHMCARLO_LIST) };
#undef OHMCARLO_LIST

enum class OptimizerKind : std::uint8_t { adam, sgd };
enum class ScheduleKind : std::uint8_t { constant, cosine, step };

/// Which sigma the passes with more noise see, and where (training/methods/ovf.hpp).
enum class OvfSchedule : std::uint8_t { steps, range };
enum class OvfCoverage : std::uint8_t { published, coded };

struct OvfOptions {
  double beta = 1e-3;  ///< >= 0: what the logits of the passes with more noise count
  int passes = 3;      ///< with more noise, besides the one of the backbone: 0 to 15
  OvfSchedule schedule = OvfSchedule::steps;
  double sigma_step = 0.05;   ///< steps: from pass to pass, >= 0
  double start = 0, end = 2;  ///< range: of sigma, in units of the backbone's, >= 0
  OvfCoverage coverage = OvfCoverage::published;
};

/// A classifier beside a network, which takes what one of its layers gives.
struct SideHead {
  std::string after;  ///< the layer's name
  Index pooled = 1;   ///< feature maps are brought to pooled x pooled cells, >= 1
};

/// Side heads, from the input on, and what their logits count (training/side_heads.hpp).
struct IrsOptions {
  double beta = 1e-2;  ///< >= 0
  Index hidden = 512;  ///< features of the layer between each head's two dense layers, >= 1
  std::vector<SideHead> heads;
};

struct KurtosisOptions {
  double lambda = 1e-3;  ///< >= 0
  double target = 1.8;   ///< kure only, >= 1
};

/// How passes round weights.
enum class WeightRule : std::uint8_t {
  largest,  ///< to codes of weight_bits bits, the largest |weight| having the largest code
  ternary,  ///< to -s, 0, s (network/quantisation.hpp), which is also what chips get
};

/// The logistic scale s of a conversion with method concrete-adc, in currents of one cell fully on.
enum class ConcreteScale : std::uint8_t {
  tested,  ///< that of the converters' noise at half of the range, with all rows of the array active
  margin,  ///< that of the converters' noise at each sum, which no derivative goes through
  given,   ///< a number
};

/// Arrays whose converters a network is trained through (training/converted_product.hpp, training/read_network.hpp).
struct ConverterOptions {
  ArrayOptions arrays;  ///< cells without errors; noise is that of training; ste-adc, concrete-adc: a logistic law
  bool noise =
      true;  ///< whether conversions are noisy: sums get adc.noise (ste-adc), or levels are drawn (concrete-adc)
  ConcreteOptions concrete;                     ///< concrete-adc; `draws` is `noise`
  ConcreteScale scale = ConcreteScale::tested;  ///< concrete-adc
  double given_scale = 0;                       ///< ConcreteScale::given: above 0
  int freeze_epoch = 0;  ///< crossbar-aware: scales go on widening until so many of its epochs are over, >= 0
};

struct TrainingOptions {
  MethodKind method = MethodKind::plain;
  int epochs = 10;          ///< >= 1
  int pretrain_epochs = 0;  ///< of plain training before those of the method, >= 0
  int batch = 128;          ///< images a step, >= 1; the last step of an epoch takes what is left
  OptimizerKind optimizer = OptimizerKind::adam;
  double learning_rate = 1e-3;  ///< > 0
  double momentum = 0.9;        ///< sgd only, [0, 1)
  double weight_decay = 0;      ///< >= 0, added to the gradient of the weights (not of the biases) as L2
  ScheduleKind schedule = ScheduleKind::constant;
  int step_epochs = 10;      ///< step schedule: epochs between reductions, >= 1
  double step_factor = 0.1;  ///< step schedule: factor of each reduction, (0, 1]
  Augmentation augmentation;
  int weight_bits = 0;  ///< bits of a weight as the passes see it, its sign apart, at most 16; 0: not quantised
  int activation_bits =
      0;  ///< bits of the inputs of weight layers as the passes see them, at most 16; 0: not quantised
  WeightRule weight_rule = WeightRule::largest;
  double logit_scale = 1;  ///< plain, noise-injection: what the logits are divided by in training, > 0
  Variation noise;         ///< noise-injection, ovf, irs: drawn anew at every pass
  std::optional<ArrayOptions> noise_arrays;  ///< noise-injection: instead, what programming such arrays does
  int validation_chips = 4;                  ///< noise-injection, ovf, irs: chips on which an epoch is validated, >= 1
  OvfOptions ovf;
  IrsOptions irs;
  KurtosisOptions kurtosis;
  std::optional<ConverterOptions> converters;  ///< ste-adc, concrete-adc, crossbar-aware
};

/// The learning rate of `epoch` (0-based): constant; cosine from learning_rate towards 0 over all epochs
/// (Loshchilov, Hutter, ICLR 2017, without restarts); or times step_factor every step_epochs.
[[nodiscard]] double learning_rate(const TrainingOptions& options, int epoch);

}  // namespace ohmcarlo
