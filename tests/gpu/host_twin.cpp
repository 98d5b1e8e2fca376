#include "gpu/host_twin.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

namespace ohmcarlo::gpu {
namespace host_twin_test {

TEST(HostTwin, HasAsMuchMemoryAsItWasGiven) {
  const auto device = std::make_shared<HostTwin>(1000);
  {
    const DeviceArray<float> numbers(device, 200);
    EXPECT_EQ(device->free_bytes(), 200U);
    EXPECT_EQ(device->used_bytes(), 800U);
    EXPECT_THROW(DeviceArray<char>(device, 201), std::runtime_error);
  }
  EXPECT_EQ(device->free_bytes(), 1000U);
}

TEST(HostTwin, KeepsWhatIsUploaded) {
  const auto device = std::make_shared<HostTwin>();
  DeviceArray<int> numbers(device, std::vector<int>{1, 2, 3});
  EXPECT_EQ(numbers.download(1, 2), (std::vector<int>{2, 3}));
  numbers.upload(std::vector<int>{7});
  EXPECT_EQ(numbers.download(0, 3), (std::vector<int>{7, 2, 3}));
  numbers.clear();
  EXPECT_EQ(numbers.download(0, 3), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(device->uploaded_bytes(), 16U);
}

TEST(HostTwin, NewMemoryIsNotZero) {
  const auto device = std::make_shared<HostTwin>();
  const DeviceArray<float> numbers(device, 2);
  EXPECT_TRUE(std::isnan(numbers.download(1, 1).front()));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % 256, 0U);
}

TEST(DeviceArray, MovesWhatItHolds) {
  const auto device = std::make_shared<HostTwin>();
  DeviceArray<int> first(device, std::vector<int>{1});
  DeviceArray<int> second(device, std::vector<int>{2, 3});
  const DeviceArray<int> moved = std::move(first);
  EXPECT_EQ(moved.download(0, 1).front(), 1);
  second = DeviceArray<int>(device, std::vector<int>{4});
  EXPECT_EQ(second.download(0, 1).front(), 4);
  EXPECT_EQ(device->used_bytes(), 2 * sizeof(int));
}

}  // namespace host_twin_test
}  // namespace ohmcarlo::gpu
