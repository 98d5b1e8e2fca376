#pragma once
// Stuck cells: cells that conduct g_min or g_max whatever is written to them.

#include <cstdint>
#include <span>
#include <vector>

#include "device/plane.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

enum class FaultKind : std::uint8_t { stuck_at_g_min, stuck_at_g_max, mixed };

/// Which cells are stuck. With every pattern a cell is stuck with probability `rate`, and cells that are stuck stay so
/// as the rate grows.
enum class FaultPattern : std::uint8_t {
  cells,     ///< each cell on its own
  count,     ///< exactly round(rate * cells) of the plane, all choices alike
  rows,      ///< whole word lines: the cells of one input in one array
  columns,   ///< whole bit lines: the cells of one output in one array
  clusters,  ///< squares of cells at random places of the logical plane; they may overlap, and wrap at its edges
};

struct Faults {
  double rate = 0;  ///< probability of a cell to be stuck, 0..1
  FaultKind kind = FaultKind::stuck_at_g_min;
  double g_max_share = 0.5;  ///< mixed: the part of stuck cells (rows, columns: of lines) that conducts g_max, 0..1
  FaultPattern pattern = FaultPattern::cells;
  int cluster_size = 2;  ///< clusters: cells along the side of a square, >= 1
};

/// Entries of a fault map.
constexpr std::uint8_t kFree = 0, kStuckAtGMin = 1, kStuckAtGMax = 2;
[[nodiscard]] constexpr bool is_stuck(std::uint8_t code) {
  return code == kStuckAtGMin || code == kStuckAtGMax;
}

/// The fault map of a plane, element output * inputs + input: kFree, kStuckAtGMin or kStuckAtGMax. Purpose and event of
/// `address` are set here. Of the patterns only `rows` and `columns` depend on where arrays are cut. Empty at rate 0.
/// Throws Error (bad_usage) if the plane has more than 2^34 cells.
[[nodiscard]] std::vector<std::uint8_t> fault_map(const Faults& faults, const PlaneShape& plane, const Lineage& chip,
                                                  Address address);

/// Cells of the map that are stuck get level 0 or `top`. `map` is as long as `steps`, or empty.
void override_stuck(std::span<const std::uint8_t> map, float top, std::span<float> steps);

}  // namespace ohmcarlo
