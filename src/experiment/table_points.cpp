#include "experiment/table_points.hpp"

#include <map>

#include "base/error.hpp"

namespace ohmcarlo {

TablePoints::TablePoints(const Shape& table, const Shape& part)
    : table_(table), part_(part), to_table_(match(part, table)), to_part_(match(table, part)) {}

TablePoints::Indices TablePoints::match(const Shape& from, const Shape& to) {
  require(from.axes.size() == to.axes.size(), "two shapes have the same axes");
  Indices indices;
  for (std::size_t i = 0; i < from.axes.size(); ++i) {
    std::map<AxisValue, std::uint32_t> places;
    for (const AxisValue& value : to.axes[i].values) places.emplace(value, static_cast<std::uint32_t>(places.size()));
    std::vector<std::uint32_t>& matched = indices.emplace_back();
    for (const AxisValue& value : from.axes[i].values) {
      const auto place = places.find(value);
      matched.push_back(place == places.end() ? kNone : place->second);
    }
  }
  return indices;
}

std::optional<std::size_t> TablePoints::translate(std::size_t point, const Indices& indices, const Shape& to) {
  std::size_t found = 0, stride = 1;
  for (std::size_t i = indices.size(); i-- > 0;) {
    const std::uint32_t index = indices[i][point % indices[i].size()];
    if (index == kNone) return std::nullopt;
    point /= indices[i].size();
    found += index * stride;
    stride *= to.axes[i].values.size();
  }
  return found;
}

std::size_t TablePoints::find_in_table(std::size_t point) const {
  const std::optional<std::size_t> found = translate(point, to_table_, table_);
  require(found.has_value(), "the table holds every point of the experiment");
  return *found;
}

std::optional<std::size_t> TablePoints::find_inside(std::size_t point) const {
  return translate(point, to_part_, part_);
}

}  // namespace ohmcarlo
