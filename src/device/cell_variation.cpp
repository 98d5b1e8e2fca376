#include "device/cell_variation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "device/exp_minus_one.hpp"

namespace ohmcarlo {
namespace {

/// realised[i] = cell(targets[i], normals[i]).
template <class Cell>
void each(std::span<const float> targets, std::span<const float> normals, std::span<float> realised, Cell cell) {
  const float* target = targets.data();
  const float* normal = normals.data();
  float* out = realised.data();
  for (std::size_t i = 0; i < realised.size(); ++i) out[i] = cell(target[i], normal[i]);
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

double band_sigma(double sigma, double band_factor) {
  return sigma / std::sqrt(0.4 * band_factor * band_factor + 0.6);
}

std::string problem(const CellVariation& variation, const CellRange& range) {
  if (variation.law == VariationLaw::polynomial) return problem(variation.fit, range);
  if (variation.law != VariationLaw::table) return {};
  const auto levels = static_cast<std::size_t>(range.top) + 1;
  if (variation.levels.mean.size() != levels || variation.levels.sd.size() != levels) {
    return fmt::format("the table has {} levels, and the cells have {}", variation.levels.mean.size(), levels);
  }
  // Ten times g_max is no device: most likely the table is in microsiemens.
  const auto largest = std::max_element(variation.levels.mean.begin(), variation.levels.mean.end());
  if (*largest > 10 * range.g_max) {
    return fmt::format("the table's mean of level {} is {:g} siemens, and g_max is {:g} siemens",
                       largest - variation.levels.mean.begin(), *largest, range.g_max);
  }
  return {};
}

CellLaw::CellLaw(const CellVariation& variation, const CellRange& range) {
  const double sigma = variation.sigma;
  switch (variation.law) {
    case VariationLaw::gaussian:
      law_ = sd_of_range(sigma, range);
      break;
    case VariationLaw::proportional:
      law_ = sd_of_conductance(sigma, range);
      break;
    case VariationLaw::polynomial:
      law_ = sd_of_fit(variation.fit, range);
      break;
    case VariationLaw::lognormal:
      law_ = Lognormal{.sigma = static_cast<float>(sigma), .pedestal = static_cast<float>(range.pedestal())};
      break;
    case VariationLaw::banded: {
      const double sd = band_sigma(sigma, variation.band_factor) * range.top;
      law_ = Banded{.outside = static_cast<float>(sd),
                    .inside = static_cast<float>(sd * variation.band_factor),
                    .low = 0.25F * static_cast<float>(range.top),
                    .high = 0.75F * static_cast<float>(range.top)};
      break;
    }
    case VariationLaw::table: {
      Levels levels;
      for (const double mean : variation.levels.mean) levels.mean.push_back(static_cast<float>(range.steps(mean)));
      for (const double sd : variation.levels.sd) levels.sd.push_back(static_cast<float>(sd / range.step()));
      require(levels.mean.size() == static_cast<std::size_t>(range.top) + 1 && levels.sd.size() == levels.mean.size(),
              "a table of levels must have one row for each");
      law_ = std::move(levels);
      break;
    }
  }
}

bool CellLaw::exact() const {
  return std::visit(
      Overloaded{[](const SdLaw& law) { return law.zero(); }, [](const Lognormal& law) { return law.sigma == 0; },
                 [](const Banded& law) { return law.outside == 0 && law.inside == 0; },
                 [](const Levels&) { return false; }},
      law_);
}

void CellLaw::apply(std::span<const float> targets, std::span<const float> normals, std::span<float> realised) const {
  const auto run = [&](auto cell) { each(targets, normals, realised, cell); };
  std::visit(
      Overloaded{[&](const SdLaw& law) { run([law](float target, float z) { return target + law(target) * z; }); },
                 // A sum with the change, not the product less the pedestal: sigma 0 then leaves the target.
                 [&](const Lognormal& law) {
                   run([law](float target, float z) {
                     return target + (target + law.pedestal) * exp_minus_one(law.sigma * z);
                   });
                 },
                 [&](const Banded& law) {
                   run([law](float target, float z) {
                     return target + (target > law.low && target < law.high ? law.inside : law.outside) * z;
                   });
                 },
                 [&](const Levels& law) {
                   const auto top = static_cast<float>(law.mean.size() - 1);
                   run([mean = law.mean.data(), sd = law.sd.data(), top](float target, float z) {
                     const auto level = static_cast<int>(std::nearbyint(std::clamp(target, 0.0F, top)));
                     return mean[level] + sd[level] * z;
                   });
                 }},
      law_);
}

}  // namespace ohmcarlo
