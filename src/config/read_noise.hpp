#pragma once
// The [hardware.read_noise] table of one point.

#include <string>
#include <vector>

#include "config/reader.hpp"
#include "crossbar/options.hpp"

namespace ohmcarlo {

/// The keys of [hardware.read_noise].
[[nodiscard]] std::vector<Key> read_noise_keys();

/// The sd of the noise of a cell at every read, by its conductance.
struct ReadNoiseOptions {
  SdLaw sd;
  bool of_conductance = false;  ///< the law needs to know what a cell conducts in siemens
};

/// Reads [hardware.read_noise] but for the form, for cells of that range. Throws BadUsage.
[[nodiscard]] ReadNoiseOptions read_read_noise(Reader& reader, const CellRange& range);

/// Reads how the noise of `array`, which is not zero, is drawn. Throws BadUsage for a form that would not be
/// exact.
[[nodiscard]] ReadForm read_read_form(Reader& reader, const ArrayOptions& array);

/// Why read noise is drawn for every cell though one draw a column would be cheaper; empty if it need not be.
[[nodiscard]] std::string why_cells(const ArrayOptions& options);

}  // namespace ohmcarlo
