#pragma once
// How the error of a cell, at programming or at a read, depends on its conductance.

#include <string>

#include "device/cell.hpp"

namespace ohmcarlo {

/// sd of the error of a cell at level l, in units of the level spacing: |c0 + c1 l + c2 l^2|. Noise relative to
/// full scale has c0 alone, noise proportional to the conductance c0 and c1, a fitted polynomial all three.
struct SdLaw {
  float c0 = 0, c1 = 0, c2 = 0;

  [[nodiscard]] float operator()(float steps) const { return (c2 * steps + c1) * steps + c0; }
  [[nodiscard]] bool zero() const { return c0 == 0 && constant(); }
  /// Whether the sd does not depend on the level.
  [[nodiscard]] bool constant() const { return c1 == 0 && c2 == 0; }
};

/// sd measured on devices: scale (c0 + c1 x + c2 x^2) microsiemens at x microsiemens. The coefficients given are those
/// of 32 cells on 16 levels (Liu et al., J. Computer R&D 2019, eq. 7), a curve that peaks at 51.24 microsiemens
/// and is not meant to be followed beyond.
struct FittedSd {
  double c0 = 0.7240, c1 = 0.06184, c2 = -0.0006034;
  double scale = 1;        ///< >= 0
  double largest = 51.24;  ///< microsiemens up to which the fit holds; with other coefficients theirs, or infinity
};

/// sd = sigma (g_max - g_min).
[[nodiscard]] SdLaw sd_of_range(double sigma, const CellRange& range);
/// sd = sigma g.
[[nodiscard]] SdLaw sd_of_conductance(double sigma, const CellRange& range);
[[nodiscard]] SdLaw sd_of_fit(const FittedSd& fit, const CellRange& range);

/// Why the fit cannot serve cells of this range: it ends below g_max, or is negative somewhere in between. Empty if it
/// can.
[[nodiscard]] std::string problem(const FittedSd& fit, const CellRange& range);

}  // namespace ohmcarlo
