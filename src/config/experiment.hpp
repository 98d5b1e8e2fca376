#pragma once
// The [experiment] table.

#include <cstdint>
#include <string>
#include <vector>

#include "config/reader.hpp"

namespace ohmcarlo {

struct ExperimentOptions {
  std::string name;        ///< for tables and figures
  std::uint64_t seed = 1;  ///< of all randomness
};

/// The keys of [experiment].
[[nodiscard]] std::vector<Key> experiment_keys();

/// Reads [experiment], which all points share.
[[nodiscard]] ExperimentOptions read_experiment(Reader& reader);

}  // namespace ohmcarlo
