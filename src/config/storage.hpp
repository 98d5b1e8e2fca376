#pragma once
// The [storage] table.

#include <vector>

#include "config/reader.hpp"

namespace ohmcarlo {

struct StorageOptions {
  double checkpoint_seconds = 30;  ///< between two savings of the results, or of a training, > 0
};

/// The keys of [storage].
[[nodiscard]] std::vector<Key> storage_keys();

/// Reads [storage], which all points share.
[[nodiscard]] StorageOptions read_storage(Reader& reader);

}  // namespace ohmcarlo
