#include "experiment/point_grid.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace point_grid_test {

// Two points, two replicas, three chips; a metric of two layers, whose value tells point, replica, chip and layer.
TEST(PointGrid, HasTheCellsOfItsPointAtItsPlace) {
  Shape shape;
  shape.axes = {{"a", {1.0, 2.0}}};
  shape.replicas = 2;
  shape.trials = 3;
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"sigma", "1", "", {{"layer", 2}}});
  Table table(shape, metrics);
  for (std::size_t point = 0; point < 2; ++point)
    for (std::size_t replica = 0; replica < 2; ++replica)
      for (std::size_t trial = 0; trial < 3; ++trial) {
        const std::size_t cell = shape.cell(point, replica, trial);
        const auto tag = static_cast<double>(1000 * point + 100 * replica + 10 * trial);
        table.state[cell] = trial == 1 ? CellState::failed : CellState::done;
        table.values.back()[2 * cell] = tag;
        table.values.back()[2 * cell + 1] = tag + 1;
      }
  const PointGrid grid(table, 1, metrics.size() - 1, 1);
  EXPECT_EQ((*grid).replicas, 2U);
  EXPECT_EQ((*grid).trials, 3U);
  EXPECT_EQ((*grid).chips(0), (std::vector<double>{1001, 1021})) << "a failed chip does not count";
  EXPECT_EQ((*grid).chips(1), (std::vector<double>{1101, 1121}));
  EXPECT_EQ((*grid).states[4], TrialState::failed);
}

}  // namespace point_grid_test
}  // namespace ohmcarlo
