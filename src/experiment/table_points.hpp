#pragma once
// Where the points of an experiment lie in a table that may hold more values than the experiment asks for.

#include <cstdint>
#include <optional>
#include <vector>

#include "records/table.hpp"

namespace ohmcarlo {

/// Points of a larger shape and of one whose axes have the same keys and some of the values, looked up both ways.
class TablePoints {
 public:
  TablePoints(const Shape& table, const Shape& part);

  /// The number in the table of the part's point. Throws std::logic_error if the table does not hold it.
  [[nodiscard]] std::size_t find_in_table(std::size_t point) const;
  /// The number in the part of the table's point, if it lies there.
  [[nodiscard]] std::optional<std::size_t> find_inside(std::size_t point) const;

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  using Indices = std::vector<std::vector<std::uint32_t>>;  ///< [axes][values]: the value's index on the other side

  static Indices match(const Shape& from, const Shape& to);
  static std::optional<std::size_t> translate(std::size_t point, const Indices& indices, const Shape& to);

  Shape table_, part_;
  Indices to_table_, to_part_;
};

}  // namespace ohmcarlo
