#include "statistics/strata.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo {
namespace strata_test {

using ::testing::ElementsAre;

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

// Images of classes that come in turn, with ranks of which many are equal.
struct Images {
  std::vector<Label> labels;
  std::vector<double> ranks;

  Images(std::size_t images, Label classes, unsigned seed) {
    std::mt19937 generator(seed);
    for (std::size_t i = 0; i < images; ++i) {
      labels.push_back(static_cast<Label>(i) % classes);
      ranks.push_back(static_cast<double>(generator() % 300));
    }
  }

  // How many images come before image i, those of its class or all: harder ones, and equal ones of lower number.
  [[nodiscard]] std::size_t before(std::size_t i, bool in_class) const {
    std::size_t count = 0;
    for (std::size_t j = 0; j < labels.size(); ++j) {
      if (in_class && labels[j] != labels[i]) continue;
      count += ranks[j] < ranks[i] || (ranks[j] == ranks[i] && j < i) ? 1 : 0;
    }
    return count;
  }
};

TEST(RanksInClass, CountTheHarderImagesOfTheSameClass) {
  const std::vector<Label> labels = {0, 1, 0, 0, 1, 0};
  const std::vector<double> margins = {2.5, -3.0, -1.0, 2.5, 4.0, 0.0};
  EXPECT_THAT(ranks_in_class(labels, margins), ElementsAre(2, 0, 0, 3, 1, 1));
}

TEST(RanksInClass, WhatIsNoNumberIsHardest) {
  const std::vector<Label> labels(4, 7);
  const std::vector<double> margins = {1.0, kNoNumber, -1e300, kNoNumber};
  EXPECT_THAT(ranks_in_class(labels, margins), ElementsAre(3, 0, 2, 1));
}

TEST(AssignStrata, BandsOfAClassEndAtItsQuantiles) {
  const Images images(3000, 3, 1);
  const std::vector<std::uint16_t> strata = assign_strata(images.labels, images.ranks, 3, 640);
  EXPECT_THAT(count_strata(strata),
              ElementsAre(20, 30, 50, 100, 200, 600, 20, 30, 50, 100, 200, 600, 20, 30, 50, 100, 200, 600));
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const std::size_t k = images.before(i, true);  // of 1,000
    const int band = k < 20 ? 0 : k < 50 ? 1 : k < 100 ? 2 : k < 200 ? 3 : k < 400 ? 4 : 5;
    EXPECT_EQ(strata[i], 6 * images.labels[i] + band) << "image " << i;
  }
}

TEST(AssignStrata, EmptyBandsAndClassesLeaveNoGap) {
  const std::vector<Label> labels = {3, 1, 3, 3, 1, 3};  // of five classes
  const std::vector<double> ranks = {5, 1, 0, 3, 0, 1};
  // Class 1 has its hardest image in the first band and the one at its half in the last. Class 3: positions 0, 1/4,
  // 1/2, 3/4, so bands 1, 5 (20 to 40 %), 6, 6.
  EXPECT_THAT(assign_strata(labels, ranks, 5, 1000), ElementsAre(4, 1, 2, 4, 0, 3));
}

TEST(AssignStrata, ManyClassesForASampleMakeBandsOfAllImages) {
  const Images images(1010, 10, 2);
  EXPECT_EQ(count_strata(assign_strata(images.labels, images.ranks, 10, 120)).size(), 60U);
  const std::vector<std::uint16_t> strata = assign_strata(images.labels, images.ranks, 10, 119);
  const std::vector<std::uint32_t> counts = count_strata(strata);
  EXPECT_EQ(counts.size(), 20U);
  EXPECT_THAT(counts, ::testing::Each(::testing::AnyOf(50, 51)));
  for (std::size_t i = 0; i < strata.size(); ++i) EXPECT_EQ(strata[i], images.before(i, false) * 20 / 1010);
}

TEST(AssignStrata, SmallSamplesHaveTwoImagesForEveryBand) {
  const Images images(100, 10, 3);
  EXPECT_EQ(count_strata(assign_strata(images.labels, images.ranks, 10, 11)).size(), 5U);
  EXPECT_EQ(count_strata(assign_strata(images.labels, images.ranks, 10, 1)).size(), 1U);
  EXPECT_EQ(count_strata(assign_strata(images.labels, images.ranks, 10, 0)).size(), 1U);
}

TEST(AssignStrata, RefusesWhatHasNoClassOrRank) {
  const std::vector<double> ranks = {0.0, 1.0};
  EXPECT_THROW(assign_strata(std::vector<Label>{0, 2}, ranks, 2, 100), std::logic_error);
  EXPECT_THROW(assign_strata(std::vector<Label>{0, kUnlabelled}, ranks, 2, 100), std::logic_error);
  EXPECT_THROW(assign_strata(std::vector<Label>{0}, ranks, 2, 100), std::logic_error);
  EXPECT_THROW(assign_strata(std::vector<Label>{0, 1}, std::vector<double>{0.0, kNoNumber}, 2, 100), std::logic_error);
}

TEST(CountStrata, CountsTheImagesOfEach) {
  EXPECT_THAT(count_strata(std::vector<std::uint16_t>{2, 0, 2, 1, 2}), ElementsAre(1, 1, 3));
  EXPECT_TRUE(count_strata({}).empty());
}

}  // namespace strata_test
}  // namespace ohmcarlo
