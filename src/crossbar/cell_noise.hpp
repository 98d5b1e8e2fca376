#pragma once
// Column sums with read noise drawn for every cell, whatever mapping and wires a layer has.

#include <span>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// sums [width()] += what one read of row tile `row_tile` of a group gives for the digits x [word lines of the tile],
/// each cell with noise of its own. `address` names the read (read_address with Purpose::read_cell); slice and polarity
/// are set here. With wires, noise changes the whole circuit: it is solved anew, and what conducts less than nothing
/// conducts nothing. For layers that keep their planes.
void add_noisy_cells(const ArrayLayer& layer, std::uint64_t key, Address address, Index group, Index row_tile,
                     std::span<const float> x, std::span<float> sums);

}  // namespace ohmcarlo
