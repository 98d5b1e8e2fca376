#include "network/operation.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace operation_test {

/// Expects an Error of exit status 2 whose text holds `words`.
template <class Make>
void expect_refused_operation(const Make& make, const char* words) {
  try {
    (void)make();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_THAT(error.what(), testing::HasSubstr(words));
  }
}

TEST(ConvolutionSpec, KnowsShapesParametersAndMultiplications) {
  const Node first = convolution("conv1", {3, 32, 32}, 64, {3, 1, 1});
  EXPECT_EQ(first.in().features, 3072);
  EXPECT_EQ(first.out().planes, (Planes{64, 32, 32}));
  EXPECT_EQ(first.out().features, 65536);
  EXPECT_EQ(first.weight_outputs(), 64);
  EXPECT_EQ(first.weight_inputs(), 27);
  EXPECT_EQ(first.parameters(), 64 * 28);
  EXPECT_EQ(first.macs(), 1024 * 64 * 27);
  const Node grouped = convolution("conv2", {64, 9, 8}, 32, {5, 2, 0}, 4, false);
  EXPECT_EQ(grouped.out().planes, (Planes{32, 3, 2}));
  EXPECT_EQ(grouped.weight_inputs(), 16 * 25);
  EXPECT_EQ(grouped.parameters(), 32 * 16 * 25);
  EXPECT_EQ(grouped.macs(), 6 * 32 * 16 * 25);
}

TEST(PoolingSpecs, KnowTheirShapes) {
  const Node pool = max_pooling("pool1", {6, 7, 8}, {2, 2, 0});
  EXPECT_EQ(pool.out().planes, (Planes{6, 3, 4}));
  EXPECT_EQ(pool.parameters(), 0);
  EXPECT_EQ(pool.macs(), 0);
  EXPECT_EQ(average_pooling("pool2", {6, 7, 8}, {3, 2, 1}).out().planes, (Planes{6, 4, 4}));
  EXPECT_EQ(global_average_pooling("pool3", {6, 7, 8}).out().features, 6);
}

TEST(Nodes, RefuseImpossibleShapesAndNameTheLayer) {
  const Planes in{6, 4, 5};
  expect_refused_operation(
      [&] {
        return convolution("conv1", in, 8, {7, 1, 1});
      },
      "layer conv1: a window of size 7 does not fit");
  expect_refused_operation([&] { return convolution("conv2", in, 8, {0, 1, 0}); }, "layer conv2: a window of size 0");
  expect_refused_operation([&] { return convolution("conv3", in, 8, {3, 0, 0}); }, "layer conv3");
  expect_refused_operation([&] { return convolution("conv4", in, 8, {3, 1, -1}); }, "layer conv4");
  expect_refused_operation([&] { return convolution("conv5", in, 0, {3, 1, 0}); }, "layer conv5: 0 channels out");
  expect_refused_operation(
      [&] {
        return convolution("conv6", in, 8, {3, 1, 0}, 4);
      },
      "layer conv6: 4 groups for 6 channels in");
  expect_refused_operation([&] { return convolution("conv7", in, 8, {3, 1, 0}, 3); }, "layer conv7: 3 groups");
  expect_refused_operation([&] { return convolution("conv8", in, 8, {3, 1, 0}, 0); }, "layer conv8: 0 groups");
  expect_refused_operation(
      [&] {
        return convolution("conv9", {0, 4, 5}, 8, {3, 1, 0});
      },
      "layer conv9: planes of 0 x 4 x 5");
  expect_refused_operation(
      [&] {
        return max_pooling("pool1", in, {5, 1, 0});
      },
      "layer pool1: a window of size 5 does not fit");
  expect_refused_operation([&] { return average_pooling("pool2", in, {3, 1, 2}); }, "layer pool2: padding 2");
  expect_refused_operation([&] { return global_average_pooling("pool3", {3, 0, 1}); }, "layer pool3");
  expect_refused_operation([&] { return dense("dense1", 0, 3); }, "layer dense1");
}

TEST(WindowedPlanes, CountTheFramesOfAKeywordSpotter) {
  // 49 frames of 10 coefficients under 10 x 4 pixels in steps of 2 x 2: (49 + 2 * 4 - 10) / 2 + 1 and (10 + 2 - 4) / 2
  // + 1.
  EXPECT_EQ(windowed_planes("conv1", {1, 49, 10}, 64, {{10, 4}, 2, {4, 1}}), (Planes{64, 24, 5}));
  EXPECT_THROW((void)windowed_planes("conv1", {1, 49, 10}, 64, {{4, 13}, 1, {0, 1}}), BadUsage);
}

}  // namespace operation_test
}  // namespace ohmcarlo
