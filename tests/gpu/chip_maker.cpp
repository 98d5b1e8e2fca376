#include "gpu/chip_maker.hpp"

#include <gtest/gtest.h>

#include "gpu/device_networks.hpp"
#include "gpu/host_twin.hpp"

namespace ohmcarlo::gpu {
namespace chip_maker_test {

TEST(ChipMaker, KeepsTheImagesOfTheLastSet) {
  const auto device = std::make_shared<HostTwin>();
  ChipMaker maker(device);
  EXPECT_EQ(maker.device().name(), "host twin");
  const auto first = small::evaluation_set(small::images(50)), second = small::evaluation_set(small::images(70));
  const auto uploaded_for = [&](const std::shared_ptr<const EvaluationSet>& test) {
    const std::size_t before = device->uploaded_bytes();
    const auto chips = maker.make(small_device::plain_network(), small_device::kVariation, test, 2);
    EXPECT_EQ(chips->count(), 2);
    return device->uploaded_bytes() - before;
  };
  const std::size_t with_images = uploaded_for(first);
  EXPECT_EQ(uploaded_for(first), with_images - 50 * 36 * sizeof(float));
  EXPECT_GT(uploaded_for(second), 70 * 36 * sizeof(float));
  EXPECT_EQ(uploaded_for(first), with_images);
}

TEST(ChipMaker, RefusesNetworksThatDevicesCannotCarryOut) {
  ChipMaker maker(std::make_shared<HostTwin>());
  const NetworkSpec spec =
      build_network({1, 6, 6}, 5, std::vector<std::string>{"conv 2 size 3", "flatten", "norm", "dense classes"});
  const auto network = small::trained_network(spec, {initial_parameters(spec, 1, 0), {}});
  EXPECT_THROW((void)maker.make(network, {}, small::evaluation_set(small::images(5)), 1), BadUsage);
}

}  // namespace chip_maker_test
}  // namespace ohmcarlo::gpu
