#pragma once
// What the evaluation of one chip yields, as it travels from a worker to the results.

#include <string>
#include <tuple>
#include <vector>

namespace ohmcarlo {

struct ChipResult {
  std::vector<double> values;  ///< of all metrics of the experiment, one after the other
  bool failed = false;         ///< its network diverged in training: the values are NaN

  static auto members(auto& self) { return std::tie(self.values, self.failed); }
};

}  // namespace ohmcarlo
