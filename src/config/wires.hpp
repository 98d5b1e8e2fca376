#pragma once
// The [hardware.wires] table of one point.

#include <vector>

#include "config/reader.hpp"
#include "crossbar/options.hpp"

namespace ohmcarlo {

/// The keys of [hardware.wires].
[[nodiscard]] std::vector<Key> wire_keys();

/// Reads [hardware.wires].
[[nodiscard]] WireOptions read_wires(Reader& reader);

}  // namespace ohmcarlo
