#pragma once
// Drift: conductance that falls as a power of the time since programming.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "device/cell.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

/// g(t) = g(t0) (t / t0)^-nu_i with nu_i = nu + nu_sd z_i, fixed for each cell (Ielmini et al., IEEE TED 54, 2007).
struct Drift {
  double nu = 0;               ///< mean exponent
  double nu_sd = 0;            ///< sd of the exponent among cells, >= 0
  double time = 1;             ///< seconds from programming to evaluation, >= time_programmed
  double time_programmed = 1;  ///< t0: seconds after which the programmed conductance holds, > 0
};

/// Why the times do not go together, empty if they do.
[[nodiscard]] std::string problem(const Drift& drift);

/// The drift of one plane on one chip.
class CellDrift {
 public:
  /// Purpose and event of `address` are set here.
  CellDrift(const Drift& drift, const CellRange& range, const Lineage& chip, Address address);

  /// Drifts cells first, first + 1, ...
  void apply(std::size_t first, std::span<float> steps) const;

 private:
  MovedStream exponents_;
  float pedestal_;
  float mean_;  ///< of ln(g(t) / g)
  float sd_;
};

}  // namespace ohmcarlo
