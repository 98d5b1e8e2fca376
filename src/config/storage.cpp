#include "config/storage.hpp"

namespace ohmcarlo {

std::vector<Key> storage_keys() {
  using enum KeyType;
  return {
      {.path = "storage.checkpoint_seconds",
       .type = real,
       .fallback = "30.0",
       .low = 0.1,
       .high = 86400,
       .changes_results = false,
       .sweepable = false,
       .help = "seconds between two savings of the results, or of a training"},
  };
}

StorageOptions read_storage(Reader& reader) {
  return {.checkpoint_seconds = reader.real("storage.checkpoint_seconds")};
}

}  // namespace ohmcarlo
