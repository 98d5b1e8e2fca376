#pragma once
// One memory cell: its range of conductance, and the unit in which cells are kept.

namespace ohmcarlo {

/// A conductance is kept as a level: g = g_min + level * (g_max - g_min) / top. Targets of cells with discrete levels
/// are the whole numbers 0..top, exactly; those of analog cells lie in [0, top]. Realised levels may lie outside.
struct CellRange {
  double g_min = 0;     ///< siemens, >= 0
  double g_max = 1e-4;  ///< siemens, above g_min
  int top = 1;          ///< the level of g_max, that of g_min being 0: 2^bits - 1, or 1 for analog cells

  /// Level spacing: siemens between neighbouring levels.
  [[nodiscard]] double step() const { return (g_max - g_min) / top; }
  /// g_min in units of the level spacing: what a cell of level 0 conducts.
  [[nodiscard]] double pedestal() const { return g_min / step(); }
  [[nodiscard]] double siemens(double steps) const { return g_min + steps * step(); }
  [[nodiscard]] double steps(double siemens) const { return (siemens - g_min) / step(); }
};

}  // namespace ohmcarlo
