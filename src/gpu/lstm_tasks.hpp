#pragma once
// One time step of LSTM units (network/lstm.hpp), for several chips side by side, as work for the threads of a GPU,
// below 2^32 of them.

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo::gpu {

/// The step of `lanes` recordings, one frame each, once the weighted sums of their gates are there:
///
///   i, f, o = sigmoid, g = tanh of sums + bias;  c = f c + i g;  h = o tanh(c)
///
/// Rows of all matrices hold the units of chip 0, then those of chip 1, ...; rows of sums the 4 hidden sums of chip 0
/// in the order i, f, g, o, and so on. Where a recording ends, its lane goes on from zeros. One thread a lane, chip and
/// unit.
struct LstmStep {
  const float* sums = nullptr;         ///< [lanes, chips * 4 hidden]
  const float* bias = nullptr;         ///< [4 hidden]
  const std::uint8_t* ends = nullptr;  ///< [lanes]: whether this frame is the last one of its recording
  float* cell = nullptr;               ///< [lanes, chips * hidden]: c of the step before becomes that of this one
  float* state = nullptr;              ///< [lanes, chips * hidden]: becomes h, as the next step is given it
  float* y = nullptr;                  ///< [lanes, chips * hidden]: becomes h
  std::uint64_t lanes = 0, chips = 0, hidden = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return lanes * chips * hidden; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided at = divide(index, hidden);  // the quotient is of lane and chip
    const float* of_unit = sums + std::uint64_t{4} * hidden * at.quotient + at.remainder;
    const float* offset = bias + at.remainder;
    const float in = sigmoid(of_unit[0] + offset[0]);
    const float forget = sigmoid(of_unit[hidden] + offset[hidden]);
    const float update = hyperbolic_tangent(of_unit[2 * hidden] + offset[2 * hidden]);
    const float out = sigmoid(of_unit[3 * hidden] + offset[3 * hidden]);
    const float c = fused(forget, cell[index], in * update);
    const float h = out * hyperbolic_tangent(c);
    const bool goes_on = ends[divide(at.quotient, chips).quotient] == 0;
    y[index] = h;
    cell[index] = goes_on ? c : 0.0F;
    state[index] = goes_on ? h : 0.0F;
  }
};

}  // namespace ohmcarlo::gpu
