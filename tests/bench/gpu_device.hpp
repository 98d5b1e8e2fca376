#pragma once
// The device that benchmarks measure.

#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "gpu/devices.hpp"

namespace ohmcarlo {

/// The first device of CUDA, named beside the figures; null, with the benchmark skipped, where there is none.
inline std::shared_ptr<gpu::Device> device_or_skip(benchmark::State& state) {
  if (const std::string problem = gpu::cuda_problem(); !problem.empty()) {
    state.SkipWithError(problem.c_str());
    return nullptr;
  }
  const std::shared_ptr<gpu::Device> device = gpu::open_cuda(0);
  state.SetLabel(device->name());
  return device;
}

}  // namespace ohmcarlo
