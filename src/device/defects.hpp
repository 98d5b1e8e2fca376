#pragma once
// Defective cells of a low-yield array (Du, Peng, Liu, J. NUDT 45(5), 2023): a share is stuck at g_min, the others miss
// their target by a lognormal factor of their own sigma, and all cells that are not defective are exact.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "device/cell.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

struct Defects {
  double rate = 0;           ///< alpha: probability of a cell to be defective, 0..1
  double stuck_share = 0.5;  ///< beta: probability of a defective cell to be stuck at g_min, 0..1
  double sigma_low = 0.6;    ///< cells that are not stuck: g exp(sigma z), sigma uniform between these; >= 0
  double sigma_high = 1.0;
  std::vector<std::uint32_t> layers{};  ///< Address::layer of those that have them; none given: all
  bool redrawn = false;                 ///< cells that are not stuck vary anew at every read, around their target

  [[nodiscard]] bool in(std::uint32_t layer) const;
};

/// Why the values do not go together, empty if they do.
[[nodiscard]] std::string problem(const Defects& defects);

constexpr std::uint8_t kVaried = 3;  ///< a code beside those of fault maps: defective but not stuck

/// For each of `cells` cells kFree, kStuckAtGMin or kVaried. Neither the kind nor the sigma of a cell moves with the
/// rate, and a defective cell stays one as the rate grows. Purpose and event of `address` are set here. Empty at rate
/// 0, and in layers without defects.
[[nodiscard]] std::vector<std::uint8_t> defect_map(const Defects& defects, std::size_t cells, const Lineage& chip,
                                                   Address address);

/// Multiplies the conductance of varied cells. `map` and the levels `steps` are those of cells first, first + 1, ...
void vary_defective(const Defects& defects, const CellRange& range, const Lineage& chip, Address address,
                    std::size_t first, std::span<const std::uint8_t> map, std::span<float> steps);

/// A cell whose ln g is N(ln target, sigma^2).
struct VariedCell {
  std::uint32_t cell = 0;  ///< output * inputs + input
  float sigma = 0;
};

/// The varied cells of a plane in ascending order, with the sigmas that vary_defective gives them.
[[nodiscard]] std::vector<VariedCell> varied_cells(const Defects& defects, std::size_t cells, const Lineage& chip,
                                                   Address address);

}  // namespace ohmcarlo
