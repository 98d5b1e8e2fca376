#pragma once
// One memory cell: its range of conductance, and the unit in which cells are kept.

namespace ohmcarlo {

/// Cells are kept in steps: g = g_min + steps * (g_max - g_min) / top. The targets of cells with levels are the whole
/// numbers 0..top, exactly; those of analog cells lie in [0, top]. What programming makes of them may lie outside.
struct CellRange {
  double g_min = 0;     ///< siemens, >= 0
  double g_max = 1e-4;  ///< siemens, above g_min
  int top = 1;          ///< steps from g_min to g_max: 2^bits - 1, or 1 for analog cells

  /// Siemens of one step.
  [[nodiscard]] double step() const { return (g_max - g_min) / top; }
  /// g_min in steps: what a cell at 0 conducts.
  [[nodiscard]] double pedestal() const { return g_min / step(); }
  [[nodiscard]] double siemens(double steps) const { return g_min + steps * step(); }
  [[nodiscard]] double steps(double siemens) const { return (siemens - g_min) / step(); }
};

}  // namespace ohmcarlo
