#pragma once
// Tests that run on every instruction set that this machine has and the kernels are compiled for.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "linalg/matrix.hpp"
#include "random/kernels.hpp"

namespace ohmcarlo {

inline void use_target(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);  // 0: all
  hwy::GetChosenTarget().DeInit();
}

/// The kernels of crossbar/ are compiled for the instruction sets of those of random/.
inline std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> all;
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    use_target(left & -left);
    if (std::string(kernel_target()) == hwy::TargetName(left & -left)) all.push_back(left & -left);
    use_target(0);
  }
  return all;
}

class OnEachTarget : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { use_target(GetParam()); }
  void TearDown() override { use_target(0); }
};

inline std::string target_name(const testing::TestParamInfo<std::int64_t>& info) {
  return hwy::TargetName(info.param);
}

/// Elements in [low, high), about a share `zeros` of them exactly 0.
inline Matrix<float> random_floats(Index rows, Index cols, std::uint32_t seed, float low, float high,
                                   double zeros = 0) {
  std::mt19937 bits(seed);
  Matrix<float> m(rows, cols);
  for (float& x : m.reshaped()) {
    x = low + (high - low) * static_cast<float>(bits() >> 8) * 0x1p-24F;
    if (static_cast<double>(bits()) * 0x1p-32 < zeros) x = 0;
  }
  return m;
}

}  // namespace ohmcarlo
