#pragma once
// The tables [hardware.faults], [hardware.defects], [hardware.write_verify] and [hardware.drift] of one point: what
// cells do besides varying.

#include <optional>
#include <vector>

#include "config/hardware.hpp"
#include "config/reader.hpp"
#include "device/programming.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// The keys of [hardware.faults], [hardware.defects], [hardware.write_verify] and [hardware.drift].
[[nodiscard]] std::vector<Key> faults_keys();

/// Reads [hardware.faults].
[[nodiscard]] Faults read_faults(Reader& reader);
/// Reads [hardware.defects]; nothing unless it has a rate. Throws BadUsage.
[[nodiscard]] std::optional<Defects> read_defects(Reader& reader);
/// Reads [hardware.write_verify]; nothing unless it has a tolerance.
[[nodiscard]] std::optional<WriteVerify> read_write_verify(Reader& reader);
/// Reads [hardware.drift]; nothing unless it has a time. Throws BadUsage.
[[nodiscard]] std::optional<Drift> read_drift(Reader& reader);

/// Throws BadUsage for a layer in hardware.defects.layers that `network` does not have, or one of sequences whose
/// cells would have to vary at every read.
void check_defects(const Reader& reader, const Hardware& hardware, const NetworkSpec& network);

}  // namespace ohmcarlo
