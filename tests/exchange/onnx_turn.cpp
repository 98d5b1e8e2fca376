#include "exchange/onnx_turn.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace onnx_turn_test {

/// Where the value at [i, j, k] of height, width, channels lies among channels, height, width.
TEST(OnnxTurn, SaysWhereValuesLie) {
  const Index height = 2, width = 3, channels = 4;
  const Turn turn({channels, height, width}, {1, 2, 0});
  EXPECT_FALSE(turn.is_plain());
  const std::vector<Index> places = turn.places(height * width * channels);
  for (Index i = 0; i < height; ++i)
    for (Index j = 0; j < width; ++j)
      for (Index k = 0; k < channels; ++k)
        EXPECT_EQ(places[static_cast<std::size_t>((i * width + j) * channels + k)], (k * height + i) * width + j);
}

TEST(OnnxTurn, ThereAndBackIsPlain) {
  Turn turn;
  ASSERT_TRUE(turn.transpose({4, 2, 3}, {1, 2, 0}));
  EXPECT_EQ(turn, Turn({4, 2, 3}, {1, 2, 0}));
  ASSERT_TRUE(turn.transpose({2, 3, 4}, {2, 0, 1}));
  EXPECT_TRUE(turn.is_plain());
  EXPECT_EQ(turn.places(3), (std::vector<Index>{0, 1, 2}));
}

TEST(OnnxTurn, AxesOfSizeOneChangeNothing) {
  Turn turn;
  ASSERT_TRUE(turn.transpose({1, 5, 6}, {1, 2, 0}));
  EXPECT_TRUE(turn.is_plain());
  ASSERT_TRUE(turn.transpose({4, 1, 1}, {1, 2, 0}));
  EXPECT_TRUE(turn.is_plain());
}

TEST(OnnxTurn, AxesMayBeSplitAndJoinedBetween) {
  Turn turn;                                          // [4, 6], then as [4, 2, 3], whose 3 comes to the front
  ASSERT_TRUE(turn.transpose({4, 6}, {1, 0}));        // [6, 4]
  ASSERT_TRUE(turn.transpose({2, 3, 4}, {2, 0, 1}));  // back
  EXPECT_TRUE(turn.is_plain());
  ASSERT_TRUE(turn.transpose({4, 6}, {1, 0}));
  const Turn before = turn;
  EXPECT_FALSE(turn.transpose({8, 3}, {1, 0}));  // 8 is no product of the first axes of [6, 4]
  EXPECT_EQ(turn, before);
}

TEST(OnnxTurn, ThreeAxesInAnyOrder) {
  const Sizes sizes = {2, 3, 5};
  for (const Sizes& perm : {Sizes{0, 2, 1}, Sizes{2, 1, 0}, Sizes{1, 0, 2}, Sizes{2, 0, 1}}) {
    Turn turn;
    ASSERT_TRUE(turn.transpose(sizes, perm));
    const std::vector<Index> places = turn.places(30);
    Sizes turned;
    for (const Index axis : perm) turned.push_back(sizes[static_cast<std::size_t>(axis)]);
    for (Index j = 0; j < 30; ++j) {
      const Sizes index = {j / (turned[1] * turned[2]), j / turned[2] % turned[1], j % turned[2]};
      Sizes here(3);
      for (std::size_t i = 0; i < 3; ++i) here[static_cast<std::size_t>(perm[i])] = index[i];
      EXPECT_EQ(places[static_cast<std::size_t>(j)], (here[0] * 3 + here[1]) * 5 + here[2]);
    }
  }
}

}  // namespace onnx_turn_test
}  // namespace ohmcarlo
