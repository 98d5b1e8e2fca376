#pragma once
// The chips of one point of a table in one metric, as statistics/ takes them. Inside experiment/.

#include <cstddef>
#include <vector>

#include "records/table.hpp"
#include "statistics/replicas.hpp"

namespace ohmcarlo {

/// The chips of one point in one metric, at one place of the metric's own dimensions.
class PointGrid {
 public:
  PointGrid(const Table& table, std::size_t point, std::size_t metric, std::size_t place = 0);
  PointGrid(const PointGrid&) = delete;  // the grid looks at its own copies
  PointGrid& operator=(const PointGrid&) = delete;
  [[nodiscard]] const TrialGrid& operator*() const { return grid_; }

 private:
  std::vector<double> values_;
  std::vector<TrialState> states_;
  TrialGrid grid_;
};

}  // namespace ohmcarlo
