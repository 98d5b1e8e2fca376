#include "device/variation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "device/cell_variation.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {
namespace {

/// weights[i] = clean[i] + scale * (normal first + i of the stream), a block that stays in the first-level cache at a
/// time.
void add_normals(const MovedStream& stream, float scale, std::uint64_t first, std::span<const float> clean,
                 std::span<float> weights) {
  constexpr std::size_t kBlock = 2048;
  std::array<float, kBlock> normals{};
  for (std::size_t at = 0; at < weights.size(); at += kBlock) {
    const std::size_t count = std::min(kBlock, weights.size() - at);
    stream.normals(first + at, {normals.data(), count});
    for (std::size_t i = 0; i < count; ++i) weights[at + i] = clean[at + i] + scale * normals[i];
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
  return band_sigma(variation.sigma, variation.band_factor) * std::sqrt(squares);
}

namespace {

/// Whether a weight has the errors of the middle band (band_sigma).
bool is_in_band(float weight, float max_weight) {
  const float size = std::abs(weight);
  return size > 0.25F * max_weight && size < 0.75F * max_weight;
}

/// The errors of all weights as outside the band, then more or less of them inside.
void add_banded(const Variation& variation, float max_weight, const Lineage& chip, const Address& address,
                std::uint64_t first, std::span<const float> clean, std::span<float> weights) {
  Variation outside = variation;
  outside.sigma = band_sigma(variation.sigma, variation.band_factor);
  outside.band_factor = 1;
  std::vector<float> errors(weights.size());
  write_weights(outside, max_weight, chip, address, first, errors, errors);
  const auto factor = static_cast<float>(variation.band_factor);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = clean[i] + (is_in_band(clean[i], max_weight) ? factor * errors[i] : errors[i]);
}

}  // namespace

std::vector<float> largest_errors(const Variation& variation, float max_weight, std::span<const float> weights) {
  double share = 0;
  for (int slice = 0; slice < variation.cells(); ++slice) share += cell_weight(variation, slice);
  const double outside = band_sigma(variation.sigma, variation.band_factor) * share * max_weight;
  std::vector<float> errors(weights.size());
  std::ranges::transform(weights, errors.begin(), [&](float weight) {
    return static_cast<float>(is_in_band(weight, max_weight) ? variation.band_factor * outside : outside);
  });
  return errors;
}

void write_weights(const Variation& variation, float max_weight, const Lineage& chip, Address address,
                   std::uint64_t first, std::span<const float> clean, std::span<float> weights) {
  require(clean.size() == weights.size(), "as many weights are written as there are");
  if (variation.sigma == 0) {
    if (clean.data() != weights.data()) std::ranges::copy(clean, weights.begin());
    return;
  }
  if (variation.band_factor != 1) return add_banded(variation, max_weight, chip, address, first, clean, weights);
  if (variation.sampler == Sampler::weight)
    return add_normals(MovedStream(chip, address), static_cast<float>(weight_sd(variation)) * max_weight, first, clean,
                       weights);
  for (int slice = 0; slice < variation.cells(); ++slice) {
    address.slice = static_cast<std::uint32_t>(slice);
    add_normals(MovedStream(chip, address),
                static_cast<float>(variation.sigma * cell_weight(variation, slice)) * max_weight, first, clean,
                weights);
    clean = weights;
  }
}

}  // namespace ohmcarlo
