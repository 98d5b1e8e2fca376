#pragma once
// Whether a device makes the same chips as the processor.

#include <memory>

#include "gpu/device.hpp"

namespace ohmcarlo::gpu {

/// Compares words, normals, programmed weights and reads of arrays of a device with those of the processor's kernels,
/// to the bit; takes milliseconds. Throws std::runtime_error, with one line that names the device and what differs.
void check_device(const std::shared_ptr<Device>& device);

}  // namespace ohmcarlo::gpu
