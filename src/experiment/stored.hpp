#pragma once
// Trained networks <-> the arrays that are stored.

#include "records/model.hpp"
#include "training/trainer.hpp"

namespace ohmcarlo {

/// Arrays in alphabetical order, and the chosen epoch's metrics; who it is (id, identity, method) is for the caller.
[[nodiscard]] StoredModel to_stored(const NetworkSpec& spec, const TrainedModel& trained);

/// Throws Error (exit 4) if the arrays are not those of `spec`.
[[nodiscard]] NetworkState<float> from_stored(const NetworkSpec& spec, const StoredModel& stored);

}  // namespace ohmcarlo
