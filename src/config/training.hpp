#pragma once
// The [training] table of one point.

#include <string_view>
#include <vector>

#include "config/hardware.hpp"
#include "config/settings.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// The word of training.method that asks for `method`, which is also its name in records of models.
[[nodiscard]] std::string_view word_of(MethodKind method);

/// Every word of training.method, in the order of documentation.
[[nodiscard]] std::vector<std::string_view> method_words();

/// Reads it and checks how its keys fit together. `tested`: the point's own hardware, for noise_sigma = "tested".
/// `residual`: the network has residual blocks. `begun`: a file says what the weights are before. Throws Error (exit
/// 2).
[[nodiscard]] TrainingOptions read_training(Reader& reader, const Hardware& tested, bool residual, bool begun);

}  // namespace ohmcarlo
