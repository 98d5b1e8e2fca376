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

/// Throws Error (exit 4) if the arrays are not those of `spec`.
[[nodiscard]] NetworkState<float> from_stored(const NetworkSpec& spec, const StoredModel& stored);

/// The network whose arrays a file holds, named and shaped as those of a stored model:
///
///   LAYER.weights   [outputs, inputs]; of a convolution also [channels out, channels in of a group, size, size]
///   LAYER.bias      [outputs]; may be left out where the layer has none
///   LAYER.gamma, .beta, .mean, .variance   [channels], of a normalisation
///
/// where LAYER is dense1, conv1, norm1, block1.conv1 ... as `ohmcarlo check` lists them. Throws Error (exit 3) that
/// names the file and an array that is missing, that no layer has, or whose shape is another one; also a negative
/// variance.
[[nodiscard]] NetworkState<float> from_weights(const NetworkSpec& spec, const WeightsFile& weights);

/// The scaling that is stored with the arrays; empty without.
[[nodiscard]] InputScaling stored_scaling(const StoredModel& stored);

}  // namespace ohmcarlo
