#pragma once
// Small trainings through arrays: one cell of seven bits a weight, inputs of eight bits read bit by bit, converters of
// eight bits, and the read noise of Liu et al. (J. Computer R&D 2019, eq. 7).

#include "chip/small_sequences.hpp"
#include "training/converter_training.hpp"
#include "training/read_network.hpp"

namespace ohmcarlo::synthetic {

inline ArrayOptions crossbar(bool noise = true) {
  ArrayOptions arrays;
  arrays.format = {Mapping::sign_magnitude, 7, 0};
  arrays.cells.range = {4e-6, 44e-6, 127};
  arrays.dac.coding = {8, 1, InputEncoding::automatic, 1};
  arrays.adc.bits = 8;
  arrays.adc.range = RangeKind::trained;
  if (noise) arrays.read_noise = sd_of_fit({}, arrays.cells.range);
  return arrays;
}

/// Four epochs of ten steps, scales frozen after the second.
inline TrainingOptions through_crossbar(bool noise = true) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::crossbar_aware;
  options.epochs = 4;
  ConverterOptions& converters = options.converters.emplace();
  converters.arrays = crossbar(noise);
  converters.freeze_epoch = 2;
  return options;
}

/// A set of sequences, all of them to train on but for the last ten, which epochs are validated on.
inline TrainingData recurrent_data(const SampleSet& set) {
  TrainingData data{&set, small::kFeatureScaling, {}, {}};
  for (std::uint32_t i = 0; i < set.count(); ++i) (i + 10 < set.count() ? data.training : data.validation).push_back(i);
  return data;
}

/// Samples `which` of a set as one batch, with the numbers `numbers` in place of their own.
struct NamedBatch {
  Batch batch;
  std::vector<std::uint32_t> numbers;

  NamedBatch(const SampleSet& set, const InputScaling& scaling, const std::vector<std::uint32_t>& which,
             std::vector<std::uint32_t> names = {})
      : numbers(names.empty() ? which : std::move(names)) {
    fill_batch(set, scaling, which, batch);
  }
  [[nodiscard]] Targets targets() const {
    Targets targets = batch.targets();
    targets.numbers = numbers;
    return targets;
  }
};

}  // namespace ohmcarlo::synthetic
