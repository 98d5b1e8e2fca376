#include "device/cell_variation.hpp"

#include <cmath>

#include "device/variation_laws.hpp"

namespace ohmcarlo {

double band_sigma(double sigma, double band_factor) {
  return sigma / std::sqrt(0.4 * band_factor * band_factor + 0.6);
}

std::string problem(const CellVariation& variation, const CellRange& range) {
  const VariationLawRow& row = variation_law(variation.law);
  return row.problem == nullptr ? std::string() : row.problem(variation, range);
}

CellLaw::CellLaw(const CellVariation& variation, const CellRange& range)
    : errors_(variation_law(variation.law).prepare(variation, range)) {}

}  // namespace ohmcarlo
