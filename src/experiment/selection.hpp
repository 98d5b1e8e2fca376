#pragma once
// What users name on a command line, found in the table of a results file: axes, values, points, metrics.

#include <cstddef>
#include <string>
#include <vector>

#include "records/table.hpp"

namespace ohmcarlo {

/// The number of the axis that `key` names: its key in full, or the last parts of it ("sigma" for
/// hardware.variation.sigma) if they are those of one axis alone. `option` is what the user wrote before the key, for
/// messages. Throws BadUsage with the axes there are.
[[nodiscard]] std::size_t find_axis(const Shape& shape, const std::string& key, const std::string& option);

/// The number of the axis' value that `text` stands for: numbers in any notation (0.10 is 0.1), all else as show prints
/// it. Throws BadUsage with the values there are.
[[nodiscard]] std::size_t find_axis_value(const Axis& axis, const std::string& text, const std::string& option);

/// The points that all selectors "KEY=VALUE" let pass, ascending. Several of one key let each of their values pass; no
/// selector lets all points pass. Throws BadUsage for a selector that names nothing.
[[nodiscard]] std::vector<std::size_t> select_points(const Shape& shape, const std::vector<std::string>& selectors);

/// The number of a metric with one value a chip. Throws BadUsage with the metrics there are, for an unknown name and
/// for a metric with dimensions of its own.
[[nodiscard]] std::size_t find_metric(const Table& table, const std::string& name);

}  // namespace ohmcarlo
