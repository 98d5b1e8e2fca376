#pragma once
// Small trainings through converters.

#include "training/converted_network.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo::synthetic {

inline const Poll kNoPoll = [] {};

/// Pairs of two-bit weights on binary cells, sixteen rows a tile, two-bit inputs bit by bit.
inline ArrayOptions converted_arrays(int adc_bits = 4) {
  ArrayOptions arrays;
  arrays.format = {Mapping::one_sided, 2, 1};
  arrays.cells.range = {1e-5, 1e-4, 1};
  arrays.tile_rows = 16;
  arrays.dac.coding = {2, 1, InputEncoding::unsigned_, 1};
  arrays.adc.bits = adc_bits;
  arrays.adc.range = RangeKind::trained;
  arrays.adc.differential = false;
  return arrays;
}

/// Two epochs of ten steps. `noise_sd` 0: without noise.
inline TrainingOptions through_converters(MethodKind method, double noise_sd = 0, int adc_bits = 4) {
  TrainingOptions options = synthetic::options();
  options.method = method;
  options.epochs = 2;
  options.weight_bits = 2;
  ConverterOptions& converters = options.converters.emplace();
  converters.arrays = converted_arrays(adc_bits);
  converters.noise = noise_sd > 0;
  converters.concrete.bits = adc_bits;
  converters.concrete.draws = converters.noise;
  if (noise_sd > 0) converters.arrays.adc.noise = {AdcNoiseLaw::logistic, noise_sd, 0, 0};
  return options;
}

/// The first images of the set, as the network takes them.
inline Matrix<float> pixels(Index count) {
  return Eigen::Map<const Matrix<std::uint8_t>>(images().pixels().data(), count, 36).cast<float>() * (1.0F / 255.0F);
}

}  // namespace ohmcarlo::synthetic
