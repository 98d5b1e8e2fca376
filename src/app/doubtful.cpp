#include "app/doubtful.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "device/variation_laws.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostPoints = 10000;

/// sd of a cell's error in units of its full scale; 0 where sigma means something else.
double relative_sigma(const Hardware& hardware) {
  if (!hardware.arrays) return hardware.variation.sigma;
  const CellVariation& variation = hardware.array.cells.variation;
  return is_relative_to_full_scale(variation_law(variation.law)) ? variation.sigma : 0;
}

}  // namespace

std::vector<std::string> doubtful_settings(const Experiment& experiment) {
  double sigma = 0;
  for (std::size_t i = 0; i < std::min(experiment.points.size(), kMostPoints); ++i)
    sigma = std::max(sigma, relative_sigma(experiment.parts(i).chip->hardware));
  if (sigma <= 1) return {};
  return {fmt::format("hardware.variation.sigma = {:g} makes errors of {:g} % of a cell's full scale; {:g} % are {:g}",
                      sigma, 100 * sigma, sigma, sigma / 100)};
}

}  // namespace ohmcarlo
