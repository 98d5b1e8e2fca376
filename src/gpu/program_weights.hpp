#pragma once
// Programming the weights of one layer of a few chips, as work for the threads of a GPU.

#include <cstddef>
#include <cstdint>

#include "gpu/numbers.hpp"
#include "gpu/weight_law.hpp"

namespace ohmcarlo::gpu {

inline constexpr std::int32_t kChipsAtOnce = 8;  ///< chips that a launch writes, at most

/// A Move of random/lineage.hpp, as a GPU reads it.
struct KeyedMove {
  PhiloxKey key = {};
  float keep = 0;
  float fresh = 1;
};

/// Writes the weights of `chips` chips, [chips, cells], one thread a counter of a chip: four cells. Each has the bits
/// that write_weights() gives it.
struct ProgramWeights {
  WeightLaw law;
  std::int32_t chips = 0;
  std::uint64_t cells = 0;                         ///< of the layer
  PhiloxKey key[kChipsAtOnce] = {};                ///< of each chip
  PackedAddress address[kChipsAtOnce] = {};        ///< of each chip, slice 0
  PackedAddress slice_step = {};                   ///< what is added to an address from one slice to the next
  std::int32_t first_move[kChipsAtOnce + 1] = {};  ///< chip c has the moves first_move[c] .. first_move[c + 1] - 1
  const KeyedMove* moves = nullptr;                ///< of all chips
  const float* clean = nullptr;                    ///< [cells]
  float* weights = nullptr;                        ///< [chips, cells]

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const {
    return static_cast<std::uint64_t>(chips) * counters_of(cells);
  }

  /// What thread `index` does.
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const std::uint64_t counters = counters_of(cells);
    const auto chip = static_cast<std::int32_t>(index / counters);
    const std::uint64_t counter = index % counters;
    float sums[kParts];
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t cell = element_of(counter, part);
      sums[part] = cell < cells ? law.begin(clean[cell]) : 0.0F;
    }
    PackedAddress at = address[chip];
    for (std::int32_t slice = 0; slice < law.slices; ++slice) {
      const std::array<float, kParts> z = moved_normals(chip, at, static_cast<std::uint32_t>(counter));
      for (std::uint32_t part = 0; part < kParts; ++part) sums[part] = law.add(sums[part], slice, z[part]);
      for (std::size_t word = 0; word < at.size(); ++word) at[word] += slice_step[word];
    }
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t cell = element_of(counter, part);
      if (cell < cells) weights[static_cast<std::uint64_t>(chip) * cells + cell] = law.finish(clean[cell], sums[part]);
    }
  }

 private:
  /// The normals of a chip at an address: those of its key, moved by one fused multiply-add a move.
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::array<float, kParts> moved_normals(std::int32_t chip, const PackedAddress& at,
                                                                            std::uint32_t counter) const {
    std::array<float, kParts> z = normals_of(key[chip], at, counter);
    for (std::int32_t i = first_move[chip]; i < first_move[chip + 1]; ++i) {
      const KeyedMove move = moves[i];
      const std::array<float, kParts> xi = normals_of(move.key, at, counter);
      for (std::uint32_t part = 0; part < kParts; ++part) z[part] = fused(move.keep, z[part], move.fresh * xi[part]);
    }
    return z;
  }
};

}  // namespace ohmcarlo::gpu
