#pragma once
// The vector kernel behind convert_concrete. For the use of concrete.cpp and of tests.

#include <cstddef>
#include <cstdint>
#include <span>

#include "periphery/concrete.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

/// What all conversions share.
struct ConcreteRule {
  int levels = 0;
  float a = 1;                ///< between levels, above 0
  float per_temperature = 1;  ///< 1 / temperature
  float reach = 16;           ///< levels whose nearer edge is more scales away count nothing
  bool clip = false;          ///< the ends keep their tails
  bool straight_through = false;
};

/// Levels first to last.
struct ConcreteLevels {
  int first = 0;
  int last = -1;
};

/// Where the draws come from: the word of level i and conversion j is element first + i * level_stride + j.
struct ConcreteDraws {
  const Stream* stream = nullptr;  ///< none: all draws are 0
  std::uint64_t first = 0;
  std::uint64_t level_stride = 0;
};

/// Converts each x; `scale` (above 0) has one element or one for each. Sizes are not checked.
void concrete_kernel(const ConcreteRule& rule, std::span<const float> scale, const ConcreteDraws& draws,
                     std::span<const float> x, float* value, float* by_x, float* by_a);

}  // namespace ohmcarlo
