#include "gpu/programming.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "gpu/host_twin.hpp"

namespace ohmcarlo::gpu {
namespace programming_test {

const std::vector<Address> kAddresses(9, Address{.purpose = Purpose::programming});

TEST(ChipDraws, AreOfAsManyChipsAsAreWrittenAtOnce) {
  ChipDraws draws(std::make_shared<HostTwin>());
  EXPECT_THROW(draws.set({}), std::logic_error);
  EXPECT_THROW(draws.set(std::vector<Lineage>(kChipsAtOnce + 1)), std::logic_error);
  EXPECT_NO_THROW(draws.set(std::vector<Lineage>(kChipsAtOnce)));
}

TEST(ChipDraws, AskForAnAddressAChip) {
  const auto device = std::make_shared<HostTwin>();
  ChipDraws draws(device);
  draws.set(std::vector<Lineage>(3));
  const DeviceArray<float> clean(device, 10);
  EXPECT_THROW((void)draws.task({}, std::span(kAddresses).first(2), clean, nullptr), std::logic_error);
  EXPECT_EQ(draws.task({}, std::span(kAddresses).first(3), clean, nullptr).cells, 10U);
}

// No bit of an address is known here: all slices are found by steps from the first.
TEST(ChipDraws, StepsFromSliceToSlice) {
  const auto device = std::make_shared<HostTwin>();
  ChipDraws draws(device);
  draws.set(std::vector<Lineage>(1));
  const DeviceArray<float> clean(device, 1);
  Address address{.purpose = Purpose::programming, .layer = 5, .trial = 4194303, .slice = 7};
  const ProgramWeights task = draws.task({}, {&address, 1}, clean, nullptr);
  PackedAddress at = task.address[0];
  for (std::uint32_t slice = 0; slice < 32; ++slice) {
    address.slice = slice;
    EXPECT_EQ(at, pack(address));
    for (std::size_t word = 0; word < at.size(); ++word) at[word] += task.slice_step[word];
  }
}

TEST(ChipDraws, KeepRoomForMoves) {
  const auto device = std::make_shared<HostTwin>();
  ChipDraws draws(device);
  draws.set(std::vector<Lineage>{{1, {{2, 0.6F, 0.8F}, {3, 0.8F, 0.6F}}}, {4}});
  const std::size_t used = device->used_bytes();
  EXPECT_EQ(used, 2 * sizeof(KeyedMove));
  draws.set(std::vector<Lineage>{{1, {{2, 0.6F, 0.8F}}}});
  EXPECT_EQ(device->used_bytes(), used);
}

}  // namespace programming_test
}  // namespace ohmcarlo::gpu
