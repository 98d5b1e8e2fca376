#pragma once
// The [hardware] table of one point, and what is built around its arrays.

#include <optional>
#include <set>
#include <vector>

#include "accelerator/options.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"
#include "crossbar/options.hpp"
#include "device/variation.hpp"

namespace ohmcarlo {

struct Hardware {
  bool arrays = false;
  bool fold_normalisation = false;                ///< into the weights, before these are stored
  Variation variation;                            ///< weights: the noise of float weights
  ArrayOptions array;                             ///< arrays: the full chain
  std::optional<AcceleratorOptions> accelerator;  ///< around arrays, if cycles and energy are asked for
  std::set<FileContent> files;                    ///< that the keys of these tables name
};

/// The keys of [hardware] itself; those of its inner tables are in files of their own.
[[nodiscard]] std::vector<Key> hardware_keys();

/// Reads hardware.simulate: true for arrays, false for float weights.
[[nodiscard]] bool read_simulates_arrays(Reader& reader);

/// Reads [hardware] of one point, checks how its keys fit together, and reads the files that it names, unless `files`
/// has them. Throws BadUsage or BadData.
[[nodiscard]] Hardware read_hardware(Reader& reader, FileCache& files);

}  // namespace ohmcarlo
