#pragma once
// What an experiment on arrays is made of and what it costs, before anybody starts it.

#include <string>

#include "crossbar/options.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// Mapping, cells, the weight noise that follows, arrays, cells and conversions of an image in all, the form of the
/// read noise with the reason for it, and the noise of a conversion on the array with the most rows, all of them fully
/// on. Several lines, each indented.
[[nodiscard]] std::string describe_arrays(const ArrayOptions& options, const NetworkSpec& network);

/// Seconds that one chip with `images` test images takes on this processor at most: measured by programming every layer
/// once and reading a few vectors without zeros.
[[nodiscard]] double measure_chip(const ArrayOptions& options, const NetworkSpec& network, std::size_t images);

}  // namespace ohmcarlo
