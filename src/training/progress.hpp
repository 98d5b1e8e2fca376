#pragma once
// A training's progress as bytes, to be kept in a file and resumed from.

#include <string>

#include "training/trainer.hpp"

namespace ohmcarlo {

[[nodiscard]] std::string pack(const TrainingProgress& progress);

/// Throws std::logic_error unless the bytes are those of a training of this network with these options.
[[nodiscard]] TrainingProgress unpack_progress(const std::string& bytes, const NetworkSpec& spec,
                                               const TrainingOptions& options);

}  // namespace ohmcarlo
