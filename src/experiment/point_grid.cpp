#include "experiment/point_grid.hpp"

namespace ohmcarlo {

PointGrid::PointGrid(const Table& table, std::size_t point, std::size_t metric, std::size_t place) {
  const std::size_t cells = table.shape.replicas * table.shape.trials;
  const std::size_t size = table.metrics[metric].size();
  for (std::size_t cell = point * cells; cell < (point + 1) * cells; ++cell) {
    values_.push_back(table.values[metric][cell * size + place]);
    states_.push_back(static_cast<TrialState>(table.state[cell]));
  }
  grid_ = {table.shape.replicas, table.shape.trials, values_, states_};
}

}  // namespace ohmcarlo
