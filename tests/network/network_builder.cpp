#include "network/network_builder.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace network_builder_test {

TEST(NetworkBuilder, CountsNamesApartInEveryBlock) {
  NetworkBuilder network({1, 4, 4}, 2, 1);
  EXPECT_EQ(network.next_name("conv"), "conv1");
  EXPECT_EQ(network.next_name("conv"), "conv2");
  network.enter_block("block1");
  EXPECT_EQ(network.next_name("conv"), "block1.conv1");
  network.enter_block("");
  EXPECT_EQ(network.next_name("conv"), "conv3");
  EXPECT_EQ(network.next_name("norm"), "norm1");
}

TEST(NetworkBuilder, ScalesCountsToTheNearestOfAtLeastOne) {
  const NetworkBuilder network({1, 4, 4}, 2, 0.3);
  EXPECT_EQ(network.scaled_count(1), 1);
  EXPECT_EQ(network.scaled_count(5), 2);
  EXPECT_EQ(network.scaled_count(10), 3);
}

TEST(NetworkBuilder, LayersTakeTheOneBeforeUnlessTheySay) {
  NetworkBuilder network({2, 3, 3}, 2, 1);
  EXPECT_EQ(network.add(activation("relu", "relu1", {2, 3, 3})), 0U);
  EXPECT_EQ(network.add(activation("tanh", "tanh1", {2, 3, 3})), 1U);
  EXPECT_EQ(network.add(addition("add1", {2, 3, 3}, 1, 0)), 2U);
  network.add_text("dense classes");
  EXPECT_EQ(network.planes(), (Planes{2, 1, 1}));
  const NetworkSpec spec = network.finish();
  EXPECT_EQ(spec.layers[0].inputs, std::vector<std::size_t>{kNetworkInput});
  EXPECT_EQ(spec.layers[1].inputs, std::vector<std::size_t>{0});
  EXPECT_EQ(spec.layers[2].inputs, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(spec.last_uses(), (std::vector<std::size_t>{2, 2, 3, 0}));
}

}  // namespace network_builder_test
}  // namespace ohmcarlo
