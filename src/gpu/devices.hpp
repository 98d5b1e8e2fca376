#pragma once
// The devices of this machine. Builds without CUDA know none.

#include <memory>
#include <string>

#include "gpu/device.hpp"

namespace ohmcarlo::gpu {

/// What this program was built with: "CUDA 13.0" or "no CUDA".
[[nodiscard]] std::string cuda_text();

/// Why no device of CUDA can be used here, in words that end a sentence: built without it, no driver, no device. Empty
/// if one can.
[[nodiscard]] std::string cuda_problem();

/// Whether that is because this machine, or this build, has none; false if it has one, or one that does not start.
[[nodiscard]] bool cuda_is_absent();

/// Devices of CUDA here; 0 where there is a problem.
[[nodiscard]] int cuda_devices();

/// Device `number` of CUDA, 0 to cuda_devices() - 1. Throws BadUsage, with one line, if it is not there or does not
/// start. Its words, normals and weights are not checked yet: see self_check.hpp.
[[nodiscard]] std::shared_ptr<Device> open_cuda(int number);

}  // namespace ohmcarlo::gpu
