#pragma once
// Programming variation: how the conductance of a cell misses its target, each cell on its own.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "device/cell.hpp"
#include "device/level_table.hpp"
#include "device/sd_law.hpp"

namespace ohmcarlo {

/// The laws, each a row in device/variation_laws.cpp, where its word stands, too.
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
/// 0.25 < level / top < 0.75 have s times as much. (Qin et al., "NeFT", arXiv 2305.14561 v5.)
[[nodiscard]] double band_sigma(double sigma, double band_factor);

/// Why the law cannot serve cells of this range, though each of its values alone is allowed; empty if it can.
[[nodiscard]] std::string problem(const CellVariation& variation, const CellRange& range);

/// How cells of one range miss their targets under one law. A law is one row in device/variation_laws.cpp.
class CellErrors {
 public:
  CellErrors() = default;
  CellErrors(const CellErrors&) = delete;
  CellErrors& operator=(const CellErrors&) = delete;
  virtual ~CellErrors() = default;
  /// Whether every cell gets exactly its target.
  [[nodiscard]] virtual bool exact() const = 0;
  /// realised[i] of a cell with target targets[i], both as conductance levels, and the standard normal normals[i].
  virtual void apply(std::span<const float> targets, std::span<const float> normals,
                     std::span<float> realised) const = 0;
};

/// A law made ready for cells of one range.
class CellLaw {
 public:
  /// Throws std::logic_error for a table of levels that does not have one row for each level of the range.
  CellLaw(const CellVariation& variation, const CellRange& range);

  /// Every cell gets exactly its target: no random numbers are needed.
  [[nodiscard]] bool exact() const { return errors_->exact(); }

  /// realised[i], as a conductance level, of a cell with target targets[i] and the standard normal normals[i]. All
  /// three have the same size; realised may be one of the others.
  void apply(std::span<const float> targets, std::span<const float> normals, std::span<float> realised) const {
    errors_->apply(targets, normals, realised);
  }

 private:
  std::shared_ptr<const CellErrors> errors_;
};

}  // namespace ohmcarlo
