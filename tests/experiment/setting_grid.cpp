#include "experiment/setting_grid.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace setting_grid_test {

Shape some_shape() {
  Shape shape;
  shape.axes = {{"a", {1.0, 2.0}}, {"b", {1.0, 2.0, 3.0}}, {"c", {1.0, 2.0}}};
  return shape;
}

// Every subset of axes: the value is a number made of just these indices.
TEST(SettingGrid, FindsTheAxesThatMatter) {
  const Shape shape = some_shape();
  for (unsigned subset = 0; subset < 8; ++subset) {
    const auto value = [&](std::size_t point) {
      std::int64_t number = 0;
      const std::vector<std::size_t> indices = shape.indices(point);
      for (std::size_t axis = 0; axis < 3; ++axis)
        if ((subset >> axis & 1U) != 0) number = 10 * number + static_cast<std::int64_t>(indices[axis]);
      return SettingValue(number);
    };
    const ResolvedSetting setting = reduce_setting("k", shape, [&](std::size_t p) { return std::optional(value(p)); });
    unsigned found = 0;
    for (const std::size_t axis : setting.axes) found |= 1U << axis;
    EXPECT_EQ(found, subset);
    for (std::size_t point = 0; point < shape.points(); ++point)
      EXPECT_EQ(value_at(setting, shape, point), value(point)) << subset << " " << point;
  }
}

TEST(SettingGrid, UnknownPointsMakeNoDifference) {
  const Shape shape = some_shape();
  const ResolvedSetting setting = reduce_setting("k", shape, [&](std::size_t point) -> std::optional<SettingValue> {
    const std::size_t b = shape.indices(point)[1];
    if (b == 2 || point % 2 == 1) return std::nullopt;
    return SettingValue(static_cast<double>(b));
  });
  EXPECT_EQ(setting, (ResolvedSetting{"k", {1}, {0.0, 1.0, SettingValue()}}));
}

TEST(SettingGrid, NotReadIsAValueLikeAnyOther) {
  const Shape shape = some_shape();
  const ResolvedSetting setting = reduce_setting("k", shape, [&](std::size_t point) {
    return std::optional(shape.indices(point)[0] == 0 ? SettingValue() : SettingValue(true));
  });
  EXPECT_EQ(setting, (ResolvedSetting{"k", {0}, {SettingValue(), true}}));
}

}  // namespace setting_grid_test
}  // namespace ohmcarlo
