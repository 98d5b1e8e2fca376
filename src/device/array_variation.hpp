#pragma once
// Programming variation that cells share: a chip that conducts better than another, and slopes over an array.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "device/cell.hpp"
#include "device/plane.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

struct ArrayVariation {
  double die_sigma = 0;       ///< >= 0; all cells of a chip: g (1 + die_sigma z)
  double gradient_sigma = 0;  ///< >= 0; cells of an array: g (1 + a u + b v), a and b normal with this sd

  [[nodiscard]] bool none() const { return die_sigma == 0 && gradient_sigma == 0; }
};

/// The factors of one plane on one chip. u and v say where a cell lies in its full array, from -1/2 to 1/2:
/// u = ((input mod rows) + 1/2) / rows - 1/2 along the rows, v that of output and columns; arrays at the edge of a
/// layer are parts of full ones. a and b are numbers 2 t and 2 t + 1 of array t.
class ArrayFactors {
 public:
  /// Purpose and event of `address` are set here; of the rest, the die counts replica and trial only.
  ArrayFactors(const ArrayVariation& variation, const CellRange& range, const PlaneShape& plane, const Lineage& chip,
               Address address);

  /// Scales the conductance of cells first, first + 1, ...
  void apply(std::size_t first, std::span<float> steps) const;

 private:
  PlaneShape plane_;
  float pedestal_ = 0;
  float die_ = 0;              ///< relative change of every cell
  std::vector<float> u_;       ///< by input; empty without a gradient
  std::vector<float> slopes_;  ///< a, b of array 0, of array 1, ...
};

}  // namespace ohmcarlo
