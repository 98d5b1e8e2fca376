#pragma once
// Programming variation: how the conductance of a cell misses its target, each cell on its own.

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "device/cell.hpp"
#include "device/level_table.hpp"
#include "device/sd_law.hpp"

namespace ohmcarlo {

enum class VariationLaw : std::uint8_t {
  gaussian,      ///< sd = sigma (g_max - g_min)
  proportional,  ///< sd = sigma g
  lognormal,     ///< g exp(sigma z): median g, mean g exp(sigma^2 / 2)
  polynomial,    ///< sd as fitted to devices
  banded,        ///< sd larger or smaller for targets in the middle of the range
  table,         ///< mean and sd of each level as measured
};

/// The values of the laws that are not chosen do not count.
struct CellVariation {
  VariationLaw law = VariationLaw::gaussian;
  double sigma = 0;        ///< gaussian, proportional, lognormal, banded; >= 0
  double band_factor = 1;  ///< banded: s >= 0, see band_sigma
  FittedSd fit{};          ///< polynomial
  LevelTable levels{};     ///< table
};

/// sd relative to full scale of cells outside the middle band: sigma / sqrt(0.4 s^2 + 0.6). Targets in
/// 0.25 < steps / top < 0.75 have s times as much. (Qin et al., "NeFT", arXiv 2305.14561 v5.)
[[nodiscard]] double band_sigma(double sigma, double band_factor);

/// Why the law cannot serve cells of this range, though each of its values alone is allowed; empty if it can.
[[nodiscard]] std::string problem(const CellVariation& variation, const CellRange& range);

/// A law made ready for cells of one range.
class CellLaw {
 public:
  CellLaw(const CellVariation& variation, const CellRange& range);

  /// Every cell gets exactly its target: no random numbers are needed.
  [[nodiscard]] bool exact() const;

  /// realised[i], in steps, of a cell with target targets[i] in steps and the standard normal normals[i]. All three
  /// have the same size; realised may be one of the others.
  void apply(std::span<const float> targets, std::span<const float> normals, std::span<float> realised) const;

 private:
  struct Lognormal {
    float sigma, pedestal;
  };
  struct Banded {
    float outside, inside;  ///< sd in steps
    float low, high;        ///< the band in steps, ends excluded
  };
  struct Levels {
    std::vector<float> mean, sd;  ///< steps
  };
  std::variant<SdLaw, Lognormal, Banded, Levels> law_;
};

}  // namespace ohmcarlo
