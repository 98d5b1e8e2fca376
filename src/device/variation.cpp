#include "device/variation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// weights[i] += scale * (normal i of the stream), a block that stays in the first-level cache at a time.
void add_normals(const Stream& stream, float scale, std::span<float> weights) {
  constexpr std::size_t kBlock = 2048;
  std::array<float, kBlock> normals{};
  for (std::size_t first = 0; first < weights.size(); first += kBlock) {
    const std::size_t count = std::min(kBlock, weights.size() - first);
    stream.normals(first, {normals.data(), count});
    for (std::size_t i = 0; i < count; ++i) weights[first + i] += scale * normals[i];
  }
}

}  // namespace

double cell_weight(const Variation& variation, int slice) {
  if (variation.cell_bits == 0) return 1;
  return std::ldexp(1.0, variation.cell_bits * slice) * (std::ldexp(1.0, variation.cell_bits) - 1) /
         (std::ldexp(1.0, variation.weight_bits) - 1);
}

double weight_sd(const Variation& variation) {
  double squares = 0;
  for (int slice = 0; slice < variation.cells(); ++slice) squares += std::pow(cell_weight(variation, slice), 2);
  return variation.sigma * std::sqrt(squares);
}

void add_variation(const Variation& variation, float max_weight, std::uint64_t key, Address address,
                   std::span<float> weights) {
  if (variation.sigma == 0) return;
  if (variation.sampler == Sampler::weight) {
    add_normals(Stream(key, address), static_cast<float>(weight_sd(variation)) * max_weight, weights);
    return;
  }
  for (int slice = 0; slice < variation.cells(); ++slice) {
    address.slice = static_cast<std::uint32_t>(slice);
    add_normals(Stream(key, address), static_cast<float>(variation.sigma * cell_weight(variation, slice)) * max_weight,
                weights);
  }
}

}  // namespace ohmcarlo
