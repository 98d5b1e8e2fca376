#pragma once
// What the evaluation of one chip yields, as it travels from a worker to the results.

#include <string>
#include <tuple>
#include <vector>

namespace ohmcarlo {

struct ChipResult {
  std::vector<double> values;  ///< of all metrics of the experiment, one after the other; none: it was not asked for
  bool failed = false;         ///< its network diverged in training: the values are NaN
  /// Of a chip of the pilot (records/sampling.hpp): sums over its sampled images, then sums of squares, one a stratum.
  std::vector<double> pilot_sums = {};

  static auto members(auto& self) { return std::tie(self.values, self.failed, self.pilot_sums); }
};

}  // namespace ohmcarlo
