#include "device/sd_law.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ohmcarlo {
namespace {

constexpr double kMicro = 1e6;

SdLaw law(double c0, double c1, double c2) {
  return {.c0 = static_cast<float>(c0), .c1 = static_cast<float>(c1), .c2 = static_cast<float>(c2)};
}

}  // namespace

SdLaw sd_of_range(double sigma, const CellRange& range) {
  return law(sigma * range.top, 0, 0);
}

SdLaw sd_of_conductance(double sigma, const CellRange& range) {
  return law(sigma * range.pedestal(), sigma, 0);
}

SdLaw sd_of_fit(const FittedSd& fit, const CellRange& range) {
  const double zero = kMicro * range.g_min;  // microsiemens of a cell at 0 steps
  const double step = kMicro * range.step();
  return law(fit.scale * (fit.c0 + fit.c1 * zero + fit.c2 * zero * zero) / step,
             fit.scale * (fit.c1 + 2 * fit.c2 * zero), fit.scale * fit.c2 * step);
}

std::string problem(const FittedSd& fit, const CellRange& range) {
  const double low = kMicro * range.g_min;
  const double high = kMicro * range.g_max;
  // A range written as 51.24e-6 must not miss its own limit by the rounding of that number.
  if (high > fit.largest * (1 + 1e-9)) {
    return fmt::format("the polynomial holds up to {:g} microsiemens, and g_max is {:g} microsiemens", fit.largest,
                       high);
  }
  const auto at = [&](double x) { return fit.c0 + fit.c1 * x + fit.c2 * x * x; };
  const double turn = fit.c2 == 0 ? low : std::clamp(-fit.c1 / (2 * fit.c2), low, high);
  for (const double x : {low, turn, high}) {
    if (at(x) < 0) return fmt::format("the polynomial is a negative sd ({:g}) at {:g} microsiemens", at(x), x);
  }
  return {};
}

}  // namespace ohmcarlo
