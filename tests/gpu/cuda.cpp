// What a device of CUDA does that is not the same code as the host twin's: memory, and products by cuBLAS.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace cuda_test {

class DevicesThemselves : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, DevicesThemselves, kDevices, kNameOfDevice);

TEST_P(DevicesThemselves, HaveANameAndMemory) {
  EXPECT_FALSE(device_->name().empty());
  EXPECT_GT(device_->free_bytes(), 1U << 20);
  EXPECT_THROW((void)device_->allocate(std::size_t{1} << 60), std::exception);
  DeviceArray<int> numbers(device_, std::vector<int>{1, 2, 3});
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % 256, 0U);
  EXPECT_EQ(numbers.download(1, 2), (std::vector<int>{2, 3}));
  numbers.clear();
  EXPECT_EQ(numbers.download(0, 3), (std::vector<int>{0, 0, 0}));
}

std::vector<float> waves(std::size_t count, float step) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::sin(static_cast<float>(i) * step);
  return values;
}

// Against sums in double: n products of numbers up to 1 are off by n 2^-24 n at most.
TEST_P(DevicesThemselves, MultiplyEveryChipByItsOwnWeights) {
  constexpr std::size_t kRows = 37, kChips = 5, kOutputs = 7, kInputs = 33;
  for (const bool shared : {true, false}) {
    const std::vector<float> x = waves(kRows * kInputs * (shared ? 1 : kChips), 0.7F);
    const std::vector<float> weights = waves(kChips * kOutputs * kInputs, 0.31F);
    const DeviceArray<float> x_there(device_, x), weights_there(device_, weights);
    const DeviceArray<float> y_there(device_, kRows * kChips * kOutputs);
    device_->launch(
        Products{x_there.data(), weights_there.data(), y_there.data(), kRows, kChips, kOutputs, kInputs, shared});
    const std::vector<float> y = y_there.download(0, y_there.size());
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t chip = 0; chip < kChips; ++chip)
        for (std::size_t output = 0; output < kOutputs; ++output) {
          double sum = 0;
          for (std::size_t i = 0; i < kInputs; ++i)
            sum += double{x[shared ? row * kInputs + i : (row * kChips + chip) * kInputs + i]} *
                   double{weights[(chip * kOutputs + output) * kInputs + i]};
          ASSERT_NEAR(y[(row * kChips + chip) * kOutputs + output], sum, 33 * 33 * 0x1p-24) << shared << row << chip;
        }
  }
}

}  // namespace cuda_test
}  // namespace ohmcarlo::gpu
