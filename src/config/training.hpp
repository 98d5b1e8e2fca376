#pragma once
// The [training] table of one point.

#include <cstddef>
#include <vector>

#include "config/hardware.hpp"
#include "config/methods.hpp"
#include "config/reader.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// The keys of [training], those of single methods included.
[[nodiscard]] std::vector<Key> training_keys();

/// Reads training.replicas, the number of independent trainings of each point, which all points share.
[[nodiscard]] std::size_t read_replicas(Reader& reader);

/// Reads [training] of one point but for the replicas, and checks how its keys fit together. `tested`: the point's own
/// hardware, for noise_sigma = "tested". `residual`: the network has residual blocks. `begun`: a file says what the
/// weights are before. `files`: what is known of files that keys name. Throws Error (exit 2).
[[nodiscard]] TrainingOptions read_training(Reader& reader, const Hardware& tested, bool residual, bool begun,
                                            FileCache& files);

}  // namespace ohmcarlo
