#pragma once
// Write and verify: a cell is programmed again until its conductance is near enough to the target.

#include <cstdint>
#include <span>

#include "device/cell_variation.hpp"
#include "random/address.hpp"

namespace ohmcarlo {

struct WriteVerify {
  double tolerance = 0;  ///< relative to g_max - g_min, > 0: near enough is |g - target| <= tolerance (g_max - g_min)
  int max_pulses = 1;    ///< of a cell, the first one included; >= 1
};

/// What the pulses of some cells came to.
struct PulseTally {
  std::uint64_t pulses = 0;
  std::uint64_t missed = 0;  ///< cells that are not near enough after their last pulse
};

/// Programs again those of cells first, first + 1, ... that one pulse left too far away. Every pulse draws the whole
/// error anew: number k = 0, 1, ... of a cell is its element of the stream with event k, so that the first pulse is the
/// same with and without verification. A cell keeps the first conductance that is near enough, else that of its last
/// pulse, as a circuit does that cannot look back. Purpose and event of `address` are set here.
///
/// `realised` holds the first pulse's conductances, those of stuck cells in their place; stuck cells (codes of a fault
/// map in `stuck`, or empty) do not change, and one that is too far from its target spends all pulses.
[[nodiscard]] PulseTally verify(const WriteVerify& options, const CellLaw& law, int top, std::uint64_t key,
                                Address address, std::size_t first, std::span<const float> targets,
                                std::span<const std::uint8_t> stuck, std::span<float> realised);

}  // namespace ohmcarlo
