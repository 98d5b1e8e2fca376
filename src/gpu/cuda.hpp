#pragma once
// Devices of CUDA. For builds with CUDA, and for the use of devices.cpp: all others ask devices.hpp.

#include <memory>
#include <string>

#include "gpu/device.hpp"

namespace ohmcarlo::gpu {

struct CudaCount {
  int devices = 0;
  std::string problem = {};  ///< why there are none, in words that end a sentence; else empty
  bool absent = false;       ///< no driver or no device: a machine that has none, rather than one that has failed
};

[[nodiscard]] CudaCount count_cuda();

/// Starts device `number`. Throws std::runtime_error with one line if that fails.
[[nodiscard]] std::shared_ptr<Device> make_cuda_device(int number);

}  // namespace ohmcarlo::gpu
