#include "gpu/weight_law.hpp"

#include "base/error.hpp"
#include "device/cell_variation.hpp"
#include "device/variation.hpp"

namespace ohmcarlo::gpu {

WeightLaw weight_law(const Variation& variation, float max_weight) {
  WeightLaw law;
  if (variation.sigma == 0) return law;
  if (variation.band_factor != 1) {
    law.banded = true;
    law.factor = static_cast<float>(variation.band_factor);
    law.low = 0.25F * max_weight;
    law.high = 0.75F * max_weight;
  }
  law.slices = variation.sampler == Sampler::weight ? 1 : variation.cells();
  require(law.slices <= kMostSlices, "a weight has at most 16 cells");
  if (variation.sampler == Sampler::weight) {
    law.scale[0] = static_cast<float>(weight_sd(variation)) * max_weight;
    return law;
  }
  const double sigma = band_sigma(variation.sigma, variation.band_factor);
  for (int slice = 0; slice < law.slices; ++slice)
    law.scale[slice] = static_cast<float>(sigma * cell_weight(variation, slice)) * max_weight;
  return law;
}

}  // namespace ohmcarlo::gpu
