#pragma once
// The accelerator whose cycles and energies are known: 39 features, 128 cells of an LSTM, 61 phones, on arrays of
// 1152 x 128 with signed 8-bit inputs, 4 converters an array and buses of 32 values.

#include "accelerator/design.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {

/// 39-128-61: an LSTM and a dense layer that meets every frame.
inline NetworkSpec speech_network() {
  const Planes in{39, 1, 1};
  return chain_of({lstm("lstm1", in, 128), dense("dense1", 128, 61)}, 39, 61);
}

/// Signed weights of 8 bits on one cell each, sign-magnitude inputs: 7 reads.
inline ArrayOptions speech_arrays() {
  ArrayOptions arrays;
  arrays.format = {.mapping = Mapping::sign_magnitude, .weight_bits = 7, .cell_bits = 0};
  arrays.tile_rows = 1152;
  arrays.tile_columns = 128;
  arrays.dac.coding = {.bits = 8, .read_bits = 1, .encoding = InputEncoding::sign_magnitude};
  arrays.adc.bits = 8;
  return arrays;
}

}  // namespace ohmcarlo
