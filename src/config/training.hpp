#pragma once
// The [training] table of one point.

#include <cstddef>
#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// The keys of [training], those of single methods included.
[[nodiscard]] std::vector<Key> training_keys();

/// Reads training.replicas, the number of independent trainings of each point, which all points share.
[[nodiscard]] std::size_t read_replicas(Reader& reader);

/// Reads [training] of one point but for the replicas, and checks how its keys fit together. `tested`: another reader
/// of the point, which remembers what training asks of the hardware that networks are tested on, for noise_sigma =
/// "tested"; of that only the number is part of the network's identity. `residual`: the network has residual blocks.
/// `begun`: a file says what the weights are before. `files`: what is known of files that keys name. Throws BadUsage.
[[nodiscard]] TrainingOptions read_training(Reader& reader, Reader& tested, bool residual, bool begun,
                                            FileCache& files);

}  // namespace ohmcarlo
