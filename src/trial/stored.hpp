#pragma once
// Networks <-> the arrays that are stored.

#include "exchange/weights.hpp"
#include "records/model.hpp"
#include "training/trainer.hpp"

namespace ohmcarlo {

/// Arrays in alphabetical order (with those of a scaling: "inputs.mean", "inputs.sd"), and the chosen epoch's metrics;
/// who it is (id, identity, method) is for the caller.
[[nodiscard]] StoredModel to_stored(const NetworkSpec& spec, const TrainedModel& trained,
                                    const InputScaling& scaling = {});

/// Throws UnusableResults if the arrays are not those of `spec`.
[[nodiscard]] NetworkState<float> from_stored(const NetworkSpec& spec, const StoredModel& stored);

/// The scaling that is stored with the arrays; empty without.
[[nodiscard]] InputScaling stored_scaling(const StoredModel& stored);

}  // namespace ohmcarlo
