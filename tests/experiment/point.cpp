#include "experiment/point.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace point_test {

TEST(Point, LabelNamesTheLastPartOfEachSweptKey) {
  Shape shape;
  shape.axes = {{"hardware.variation.sigma", {0.1, 0.2}}, {"training.epochs", {std::int64_t{3}}}};
  Point point;
  point.values = {0.2, std::int64_t{3}};
  EXPECT_EQ(point.label(shape), "sigma 0.2, epochs 3");
  EXPECT_EQ(Point().label(Shape()), "the only point");
}

}  // namespace point_test
}  // namespace ohmcarlo
