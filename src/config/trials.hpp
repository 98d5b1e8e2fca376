#pragma once
// The [trials] table.

#include <cstddef>
#include <vector>

#include "config/reader.hpp"

namespace ohmcarlo {

/// What of the answers of a chip, and of the weights of its model, is kept besides the standard metrics.
struct KeptAnswers {
  bool class_accuracy = false;
  bool confusion = false;
  bool weight_statistics = false;
};

struct TrialsOptions {
  std::size_t count = 100;            ///< chips of each point and replica, >= 1
  bool common_random_numbers = true;  ///< chip t is the same at every point
  KeptAnswers kept;
};

/// The keys of [trials].
[[nodiscard]] std::vector<Key> trials_keys();

/// Reads [trials], which all points share.
[[nodiscard]] TrialsOptions read_trials(Reader& reader);

}  // namespace ohmcarlo
