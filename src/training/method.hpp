#pragma once
// What distinguishes one training method from another: the passes of a step, and the chips that an epoch is validated
// on.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/stop.hpp"
#include "data/samples.hpp"
#include "network/network.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// Whose randomness a training draws.
struct TrainingStream {
  std::uint64_t key = 0;
  std::uint32_t replica = 0;
};

/// The event of an address in training: pass `pass` (0..15) of optimisation step `step`.
[[nodiscard]] constexpr std::uint64_t training_event(std::uint64_t step, std::uint64_t pass) {
  return step * 16 + pass;
}

/// The parameters as passes use them: weights rounded as `options` say (network/quantisation.hpp).
[[nodiscard]] Parameters<float> round_weights(const TrainingOptions& options, const Parameters<float>& parameters);

/// What an epoch is validated on: a network whose products are those of some hardware.
class ValidatedNetwork {
 public:
  ValidatedNetwork() = default;
  ValidatedNetwork(const ValidatedNetwork&) = delete;
  ValidatedNetwork& operator=(const ValidatedNetwork&) = delete;
  virtual ~ValidatedNetwork() = default;
  /// What a pass over these samples (numbers in the data set, in the order of the batch) uses; valid until the next
  /// call. `sequences`: of samples that are sequences.
  [[nodiscard]] virtual const PassWeights<float>& pass(std::span<const std::uint32_t> samples,
                                                       const Sequences* sequences) = 0;
};

class Method {
 public:
  Method() = default;
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;
  virtual ~Method() = default;

  /// Loss of one minibatch (x [images or frames, inputs], targets) at optimisation step `step`; adds its derivative by
  /// the clean parameters to `gradient`, and moves the running statistics of `state`.
  virtual double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                          NetworkGradient<float>& gradient) = 0;

  /// The parameter sets an epoch is validated on, of what chips hold: the clean ones, or those of a few noisy chips,
  /// the same at every epoch.
  [[nodiscard]] virtual std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const = 0;

  /// The networks an epoch is validated on; `state` must outlive them. If not overridden: chips_to_validate(), by plain
  /// products.
  [[nodiscard]] virtual std::vector<std::unique_ptr<ValidatedNetwork>> networks_to_validate(
      const NetworkState<float>& state) const;

  /// Called at the beginning of every epoch, and again where a training goes on from there: fixes what the method keeps
  /// in `state` for that epoch, the same when it is called again. `epoch`: how many of its epochs are over. `data` are
  /// the samples of the training set and their scaling.
  virtual void begin_epoch(int /*epoch*/, const SampleSet& /*data*/, const InputScaling& /*scaling*/,
                           NetworkState<float>& /*state*/, const Poll& /*poll*/) {}
};

/// A training method as the register knows it.
struct MethodEntry {
  std::string_view word;  ///< its name in experiment files and in records of models
  std::unique_ptr<Method> (*make)(const Network<float>& network, const TrainingOptions& options, TrainingStream stream);
  /// The network that a training moves, where that is more than what chips hold: layers behind those of `chips`, whose
  /// parameters come first. None: that of the chips.
  NetworkSpec (*extend)(const NetworkSpec& chips, const TrainingOptions& options) = nullptr;
  /// Forward and backward passes of a step, for what a training costs. None: one.
  int (*passes)(const TrainingOptions& options) = nullptr;
  bool validates_on_noisy_chips = false;  ///< an epoch on TrainingOptions::validation_chips networks; otherwise on one
  bool images_only = false;               ///< does not go with sequences
  bool trains_converters = false;         ///< gives the network scales of converters (ConverterScales)
};

/// The entry of a method.
[[nodiscard]] const MethodEntry& entry_of(MethodKind method);
/// The words of all methods, in the order of MethodKind.
[[nodiscard]] std::vector<std::string_view> method_words();
/// The method that has this word. Throws std::logic_error if none has.
[[nodiscard]] MethodKind method_of(std::string_view word);

/// A MethodClass(network, options, stream), for MethodEntry::make.
template <class MethodClass>
[[nodiscard]] std::unique_ptr<Method> make_method_of(const Network<float>& network, const TrainingOptions& options,
                                                     TrainingStream stream) {
  return std::make_unique<MethodClass>(network, options, stream);
}

/// The network that a training with `options` moves: `spec`, that of the chips, or one with more behind it. Throws an
/// Error where the method does not go with the network.
[[nodiscard]] NetworkSpec trained_network(const NetworkSpec& spec, const TrainingOptions& options);

/// The method that `options` ask for. `network`: that of trained_network().
[[nodiscard]] std::unique_ptr<Method> make_method(const Network<float>& network, const TrainingOptions& options,
                                                  TrainingStream stream);

/// One forward and one backward pass through `used` (weights as the pass sees them): the loss; its derivative, added to
/// `gradient`. Normalisations see the batch, and move their running statistics. `event` names what dropout drops. The
/// loss is that of the logits divided by `logit_scale`. The workspace is kept between calls.
class SinglePass {
 public:
  SinglePass(const Network<float>& network, TrainingStream stream, double logit_scale = 1)
      : network_(network), stream_(stream), logit_scale_(static_cast<float>(logit_scale)) {}
  double operator()(View<const float> x, const Targets& targets, const Parameters<float>& used,
                    Normalisations<float>& normalisations, std::uint64_t event, NetworkGradient<float>& gradient);
  /// The same with products and biases of any kind; the rest of `used` is filled in.
  double operator()(View<const float> x, const Targets& targets, PassWeights<float> used,
                    Normalisations<float>& normalisations, std::uint64_t event, NetworkGradient<float>& gradient);

 private:
  const Network<float>& network_;
  TrainingStream stream_;
  float logit_scale_;
  Activations<float> activations_;
  Matrix<float> logits_;
  Tapes tapes_;
  Matrix<float> grad_logits_;
};

}  // namespace ohmcarlo
