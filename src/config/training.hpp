#pragma once
// The [training] table of one point.

#include "config/hardware.hpp"
#include "config/settings.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// Reads it and checks how its keys fit together. `tested`: the point's own hardware, for noise_sigma = "tested".
/// `residual`: the network has residual blocks. `begun`: a file says what the weights are before. Throws Error (exit
/// 2).
[[nodiscard]] TrainingOptions read_training(Reader& reader, const Hardware& tested, bool residual, bool begun);

}  // namespace ohmcarlo
