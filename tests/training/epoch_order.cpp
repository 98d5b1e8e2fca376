#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace epoch_order_test {

TEST(EpochOrder, IsAPermutation) {
  for (const std::uint32_t count : {0U, 1U, 2U, 1000U}) {
    std::vector<std::uint32_t> order = epoch_order(count, {1, 0}, 0);
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> expected(count);
    std::iota(expected.begin(), expected.end(), 0U);
    EXPECT_EQ(order, expected);
  }
}

TEST(EpochOrder, DiffersBetweenEpochsReplicasAndKeys) {
  const std::vector<std::uint32_t> order = epoch_order(1000, {1, 0}, 0);
  EXPECT_EQ(order, epoch_order(1000, {1, 0}, 0));
  EXPECT_NE(order, epoch_order(1000, {1, 0}, 1));
  EXPECT_NE(order, epoch_order(1000, {1, 1}, 0));
  EXPECT_NE(order, epoch_order(1000, {2, 0}, 0));
}

// The mean position of 1000 places over 400 epochs: each has sd 14.4, so 5.5 sd fail by chance once in 25,000 runs of
// other keys; a third of the images that never leave their half would move it by 80.
TEST(EpochOrder, MovesEveryImageEverywhere) {
  std::vector<double> position(1000, 0);
  std::size_t fixed = 0;
  for (int epoch = 0; epoch < 400; ++epoch) {
    const std::vector<std::uint32_t> order = epoch_order(1000, {5, 0}, epoch);
    for (std::size_t i = 0; i < 1000; ++i) {
      position[order[i]] += static_cast<double>(i) / 400;
      fixed += order[i] == i ? 1 : 0;
    }
  }
  for (const double mean : position) EXPECT_NEAR(mean, 499.5, 5.5 * 14.43);
  EXPECT_NEAR(static_cast<double>(fixed), 400, 5.5 * 20);  // one fixed point an epoch
}

TEST(Gather, ScalesPixelsAndPicksRowsInOrder) {
  const SampleSet set = SampleSet::of_images({1, 1, 2}, {0, 255, 51, 102, 1, 2}, {7, 8, 9}, 10);
  Matrix<float> x;
  std::vector<Label> labels;
  gather({&set, {}, {}, {}}, std::vector<std::uint32_t>{2, 0, 1}, nullptr, x, labels);
  ASSERT_EQ(x.rows(), 3);
  ASSERT_EQ(x.cols(), 2);
  EXPECT_EQ(labels, (std::vector<Label>{9, 7, 8}));
  EXPECT_EQ(x(1, 0), 0.0F);
  EXPECT_EQ(x(1, 1), 1.0F);
  EXPECT_FLOAT_EQ(x(2, 0), 0.2F);
  EXPECT_FLOAT_EQ(x(0, 1), 2.0F / 255);
}

}  // namespace epoch_order_test
}  // namespace ohmcarlo
