#pragma once
// Which memory of a device the stages of a network write to.

#include <cstddef>
#include <vector>

#include "gpu/network_stages.hpp"

namespace ohmcarlo::gpu {

/// Every stage has a buffer for what comes out of it; stages share one where the values of the earlier are not needed
/// any more.
struct StageBuffers {
  std::vector<std::size_t> of_stage;  ///< number of each stage's buffer
  std::vector<std::size_t> values;    ///< of every buffer: numbers for one row of one chip
};

/// Buffers of stages whose last one gives what the network gives. No stage writes to the buffer of one of its inputs.
/// A chain takes two.
[[nodiscard]] StageBuffers share_buffers(const std::vector<Stage>& stages);

}  // namespace ohmcarlo::gpu
