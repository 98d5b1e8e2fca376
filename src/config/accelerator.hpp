#pragma once
// The [accelerator] table of one point: what is built around the arrays of its network.

#include <vector>

#include "accelerator/options.hpp"
#include "config/hardware.hpp"
#include "config/reader.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// The keys of [accelerator].
[[nodiscard]] std::vector<Key> accelerator_keys();

/// True if the experiment says anything about an accelerator.
[[nodiscard]] bool has_accelerator(const Reader& reader);

/// Reads [accelerator] into `hardware`, whose weights are on arrays, and the file of components if one is named. Throws
/// BadUsage for arrays without converters in some layer or without serial inputs, BadData for the file.
void read_accelerator(Reader& reader, Hardware& hardware);

/// Throws BadUsage unless the accelerator of `hardware`, if there is one, fits a network: its arrays have a column for
/// every converter, and sequences are interleaved on recurrent networks alone.
void check_accelerator(const Reader& reader, const Hardware& hardware, const NetworkSpec& network);

}  // namespace ohmcarlo
