#pragma once
// The [deployment] table of one point.

#include <cstddef>
#include <string>
#include <vector>

#include "config/hardware.hpp"
#include "config/reader.hpp"
#include "deployment/options.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// The keys of [deployment].
[[nodiscard]] std::vector<Key> deployment_keys();

/// Reads [deployment] of one point and checks how its steps fit `hardware`. Points on float weights have no steps.
/// Throws BadUsage.
[[nodiscard]] DeploymentOptions read_deployment(Reader& reader, const Hardware& hardware);

/// Throws BadUsage that names a layer of `network` which the steps cannot deal with.
void check_deployment(const Reader& reader, const DeploymentOptions& deployment, const NetworkSpec& network);

/// What the steps do, one line each, for people: "calibrate: 1 standard input a layer ...".
[[nodiscard]] std::vector<std::string> describe(const DeploymentOptions& deployment);

/// The most images that pass through a chip, and back, before it is evaluated.
[[nodiscard]] std::size_t images_seen(const DeploymentOptions& deployment);

}  // namespace ohmcarlo
