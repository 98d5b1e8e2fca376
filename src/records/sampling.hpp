#pragma once
// Which test images chips are evaluated on where they see a sample: one design for all chips of a results file.

#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

namespace ohmcarlo {

/// What one chip of the pilot yielded: sums over its sampled images.
struct PilotChip {
  std::uint64_t point = 0;  ///< number in the results table
  std::uint32_t trial = 0;
  std::vector<double> sums, squares;  ///< one a stratum; empty if the chip failed

  static auto members(auto& self) { return std::tie(self.point, self.trial, self.sums, self.squares); }
};

/// A stratified sample of the test images for each chip. Images are drawn without replacement in every stratum; chip t
/// has the same ones at every point that has the same random numbers.
struct Sampling {
  std::vector<std::uint16_t> stratum;      ///< of every test image, numbers without gaps from 0
  std::uint32_t pilot_chips = 0;           ///< chips 0 .. pilot_chips - 1 of replica 0 are the pilot
  std::vector<std::uint32_t> pilot_sizes;  ///< images of each stratum that a chip of the pilot sees; empty: no pilot
  std::vector<std::uint32_t> sizes;        ///< that every other chip sees; empty until the pilot has told
  std::vector<PilotChip> pilot;            ///< those that are done, until `sizes` are known: then none

  [[nodiscard]] bool is_decided() const { return !sizes.empty(); }
  [[nodiscard]] std::size_t strata() const { return pilot_sizes.empty() ? sizes.size() : pilot_sizes.size(); }
  [[nodiscard]] bool is_pilot(std::size_t replica, std::size_t trial) const {
    return replica == 0 && trial < pilot_chips;
  }
  /// Images of each stratum that this chip sees; while nothing else is known, as many as those of the pilot.
  [[nodiscard]] const std::vector<std::uint32_t>& sizes_of(std::size_t replica, std::size_t trial) const {
    return is_pilot(replica, trial) || !is_decided() ? pilot_sizes : sizes;
  }

  static auto members(auto& self) {
    return std::tie(self.stratum, self.pilot_chips, self.pilot_sizes, self.sizes, self.pilot);
  }
};

/// Images in a sample of these sizes.
[[nodiscard]] inline std::uint32_t count_images(const std::vector<std::uint32_t>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint32_t{0});
}

}  // namespace ohmcarlo
