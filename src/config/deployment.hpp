#pragma once
// The [deployment] table of one point.

#include "config/hardware.hpp"
#include "config/settings.hpp"
#include "deployment/options.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// Reads it and checks how its steps fit the hardware. Points on float weights have none. Throws Error (exit 2).
[[nodiscard]] DeploymentOptions read_deployment(Reader& reader, const Hardware& hardware);

/// Throws Error (exit 2) that names a layer of `network` which the steps cannot deal with.
void check_deployment(const Reader& reader, const DeploymentOptions& deployment, const NetworkSpec& network);

/// Throws Error (exit 2) for a layer in hardware.defects.layers that `network` does not have, or one of sequences whose
/// cells would have to vary at every read.
void check_defects(const Reader& reader, const Hardware& hardware, const NetworkSpec& network);

/// What the steps do, one line each, for people: "calibrate: 1 standard input a layer ...".
[[nodiscard]] std::vector<std::string> describe(const DeploymentOptions& deployment);

/// The most images that pass through a chip, and back, before it is judged.
[[nodiscard]] std::size_t images_seen(const DeploymentOptions& deployment);

}  // namespace ohmcarlo
