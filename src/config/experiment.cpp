#include "config/experiment.hpp"

namespace ohmcarlo {

std::vector<Key> experiment_keys() {
  using enum KeyType;
  return {
      {.path = "experiment.name",
       .type = text,
       .fallback = "\"experiment\"",
       .changes_results = false,
       .sweepable = false,
       .help = "name of the experiment, for tables and figures"},
      {.path = "experiment.seed",
       .type = integer,
       .fallback = "1",
       .low = 0,
       .high = 9.2e18,
       .sweepable = false,
       .help = "seed of all randomness"},
  };
}

ExperimentOptions read_experiment(Reader& reader) {
  return {.name = reader.text("experiment.name"),
          .seed = static_cast<std::uint64_t>(reader.integer("experiment.seed"))};
}

}  // namespace ohmcarlo
