#include "experiment/table_points.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace table_points_test {

TEST(TablePoints, AreFoundByTheirValuesBothWays) {
  Shape part, table;
  part.axes = {{"s", {0.3, 0.1}}, {"m", {"plain", "ovf"}}};
  table.axes = {{"s", {0.1, 0.2, 0.3}}, {"m", {"irs", "ovf", "plain"}}};
  const TablePoints points(table, part);
  for (std::size_t point = 0; point < part.points(); ++point) {
    const std::size_t there = points.find_in_table(point);
    const std::vector<std::size_t> here_at = part.indices(point), there_at = table.indices(there);
    for (std::size_t axis = 0; axis < 2; ++axis)
      EXPECT_EQ(part.axes[axis].values[here_at[axis]], table.axes[axis].values[there_at[axis]]);
    EXPECT_EQ(points.find_inside(there), point);
  }
  std::size_t inside = 0;
  for (std::size_t point = 0; point < table.points(); ++point) inside += points.find_inside(point) ? 1 : 0;
  EXPECT_EQ(inside, part.points());
  EXPECT_THROW((void)TablePoints(part, table).find_in_table(0), std::logic_error);
}

TEST(TablePoints, WithoutAxesThereIsOne) {
  EXPECT_EQ(TablePoints(Shape(), Shape()).find_in_table(0), 0U);
}

}  // namespace table_points_test
}  // namespace ohmcarlo
