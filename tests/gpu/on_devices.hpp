#pragma once
// Tests of what every device has to do: on the host twin, and on the first device of CUDA, where there is one.

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "gpu/devices.hpp"
#include "gpu/host_twin.hpp"

namespace ohmcarlo::gpu {

/// Its parameter: "twin" or "cuda". Tests with "cuda" say why they are skipped where there is no device.
class OnDevices : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "twin") {
      device_ = std::make_shared<HostTwin>();
    } else if (const std::string problem = cuda_problem(); !problem.empty()) {
      GTEST_SKIP() << problem;
    } else {
      device_ = open_cuda(0);
    }
  }

  std::shared_ptr<Device> device_;
};

inline const auto kDevices = testing::Values("twin", "cuda");
inline const auto kNameOfDevice = [](const testing::TestParamInfo<std::string>& info) { return info.param; };

}  // namespace ohmcarlo::gpu
