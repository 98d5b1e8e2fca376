#pragma once
// The [hardware] table of one point.

#include <cstdint>
#include <set>
#include <string>

#include "config/file_content.hpp"
#include "config/settings.hpp"
#include "crossbar/options.hpp"
#include "device/variation.hpp"

namespace ohmcarlo {

struct Hardware {
  bool arrays = false;
  bool fold_normalisation = false;  ///< into the weights, before these are stored
  Variation variation;              ///< weights: the noise of float weights
  ArrayOptions array;               ///< arrays: the full chain
  std::set<FileContent> files;      ///< what its files hold, for the experiment's identity
};

/// Reads it, checks how its keys fit together, and reads the files it names. Throws Error (exit 2 or 3).
[[nodiscard]] Hardware read_hardware(Reader& reader);

/// The arrays of a file that needs nothing but its [hardware] table, whatever hardware.simulate says; keys of other
/// tables do not count. Throws Error (exit 2 or 3), also for a key of [hardware] that nothing reads.
[[nodiscard]] ArrayOptions read_arrays(const Document& document);

/// How a weight is stored on cells, as far as the noise of float weights needs it; hardware.cell_bits needs
/// hardware.weight_bits. Throws Error (exit 2).
void read_cells(Reader& reader, Variation& variation);

/// Why read noise is drawn for every cell though one draw a column would be cheaper; empty if it need not be.
[[nodiscard]] std::string why_cells(const ArrayOptions& options);

}  // namespace ohmcarlo
