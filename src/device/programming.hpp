#pragma once
// Programming the cells of a chip: from targets to the conductances that one chip realises.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device/array_variation.hpp"
#include "device/cell.hpp"
#include "device/cell_variation.hpp"
#include "device/defects.hpp"
#include "device/drift.hpp"
#include "device/faults.hpp"
#include "device/plane.hpp"
#include "device/write_verify.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

/// Bounds on what programming realises.
enum class Clip : std::uint8_t {
  none,
  zero,   ///< g >= 0
  range,  ///< g_min <= g <= g_max
};

/// All that happens to a cell when it is programmed, in this order: variation (repeated by write-verify), what cells
/// share, clip, stuck cells, drift. What is absent, or has the sigma or rate 0, costs nothing and leaves the target
/// exactly as it is.
struct CellModel {
  CellRange range{};
  CellVariation variation{};
  std::optional<WriteVerify> verify{};  ///< sees each cell's own error: before what cells share, and before clip
  ArrayVariation array{};
  Clip clip = Clip::none;
  Faults faults{};
  std::optional<Defects> defects{};  ///< in place of variation, verify, array and faults
  std::optional<Drift> drift{};      ///< of cells that are not stuck
};

/// Why the parts of the model do not go together, one line for the author of an experiment; empty if they do.
/// The ranges that their declarations state are not checked again.
[[nodiscard]] std::string problem(const CellModel& model);

/// What programming came to; reports of several planes add up.
struct ProgramReport {
  std::uint64_t cells = 0;
  std::uint64_t stuck = 0;
  std::uint64_t pulses = 0;  ///< one a cell without write-verify
  std::uint64_t missed = 0;  ///< cells beyond the tolerance of write-verify after their last pulse
  // Over cells that are not stuck: (realised - target) / top, after clip and before drift.
  double error_sum = 0;
  double error_squares = 0;

  ProgramReport& operator+=(const ProgramReport& other);
  friend bool operator==(const ProgramReport&, const ProgramReport&) = default;
};

/// Programs a plane. `steps`, [outputs, inputs], holds target levels and is given realised ones. Every random
/// number has the address (key of the chip, address, element), and is moved as its lineage says: replica, trial, layer,
/// slice and polarity are the caller's, purpose and event are set here. Throws std::logic_error if `steps` is not of
/// the plane's size or a chip that was moved is to be verified, and Error (bad_usage) as Stream does.
ProgramReport program_plane(const CellModel& model, const PlaneShape& plane, const Lineage& chip,
                            const Address& address, std::span<float> steps);

/// Of every cell of this chip, element output * inputs + input: kFree, kStuckAtGMin, kStuckAtGMax or (defects) kVaried.
/// Empty if the model has none but free ones.
[[nodiscard]] std::vector<std::uint8_t> cell_kinds(const CellModel& model, const PlaneShape& plane, const Lineage& chip,
                                                   const Address& address);

/// The cells that ignore writes on this chip, element output * inputs + input: kFree, kStuckAtGMin or kStuckAtGMax.
/// Empty if the model has none.
[[nodiscard]] std::vector<std::uint8_t> stuck_cells(const CellModel& model, const PlaneShape& plane,
                                                    const Lineage& chip, const Address& address);

}  // namespace ohmcarlo
