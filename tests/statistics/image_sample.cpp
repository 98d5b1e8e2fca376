#include "statistics/image_sample.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace image_sample_test {

using ::testing::ElementsAreArray;
using Numbers = std::vector<std::uint32_t>;

// 90 images of three strata, mixed: 15, 30 and 45 images.
std::vector<std::uint16_t> mixed_strata() {
  std::vector<std::uint16_t> strata;
  for (int i = 0; i < 90; ++i) strata.push_back(i % 6 == 1 ? 0 : i % 3 == 0 ? 1 : 2);
  return strata;
}

// The rule in its own words: an array of all members of a stratum is shuffled from the front, with a word asked for
// each of them alone.
Numbers shuffled(std::uint64_t key, std::uint32_t replica, std::uint32_t trial, const Numbers& sizes) {
  const std::vector<std::uint16_t> strata = mixed_strata();
  const Stream stream(key, {.purpose = Purpose{71}, .replica = replica, .trial = trial});
  Numbers result;
  for (std::uint32_t h = 0; h < sizes.size(); ++h) {
    Numbers members;
    for (std::uint32_t i = 0; i < strata.size(); ++i) {
      if (strata[i] == h) members.push_back(i);
    }
    for (std::uint32_t k = 0; k < sizes[h]; ++k) {
      Numbers word(1);
      stream.words(h * 1048576ULL + k, word);
      const std::uint64_t left = members.size() - k;
      std::swap(members[k], members[k + word[0] * left / 4294967296ULL]);
      result.push_back(members[k]);
    }
  }
  return result;
}

TEST(ImageSampler, ShufflesByAddress) {
  const std::vector<std::uint16_t> strata = mixed_strata();
  ImageSampler sampler(strata);
  EXPECT_EQ(sampler.strata(), 3U);
  for (const std::uint32_t trial : {0U, 1U, 70000U}) {
    for (const Numbers& sizes : {Numbers{3, 7, 1}, Numbers{15, 30, 45}, Numbers{0, 2, 0}}) {
      EXPECT_THAT(sampler.draw(9, 2, trial, sizes), ElementsAreArray(shuffled(9, 2, trial, sizes)));
    }
  }
}

TEST(ImageSampler, DrawsEveryImageOfAWholeStratumOnce) {
  ImageSampler sampler(mixed_strata());
  const Numbers images = sampler.draw(1, 0, 0, Numbers{15, 30, 45});
  EXPECT_EQ(std::set<std::uint32_t>(images.begin(), images.end()).size(), 90U);
}

// What is drawn before leaves no trace.
TEST(ImageSampler, DrawsTheSameAgain) {
  ImageSampler sampler(mixed_strata());
  const Numbers images = sampler.draw(1, 0, 5, Numbers{4, 9, 20});
  for (std::uint32_t trial = 0; trial < 10; ++trial) static_cast<void>(sampler.draw(1, 0, trial, Numbers{15, 3, 45}));
  EXPECT_EQ(sampler.draw(1, 0, 5, Numbers{4, 9, 20}), images);
}

TEST(ImageSampler, LargerSamplesBeginWithTheSmaller) {
  ImageSampler sampler(mixed_strata());
  for (std::uint32_t trial = 0; trial < 20; ++trial) {
    const Numbers few = sampler.draw(3, 0, trial, Numbers{2, 5, 1}),
                  many = sampler.draw(3, 0, trial, Numbers{8, 6, 40});
    EXPECT_TRUE(std::equal(few.begin(), few.begin() + 2, many.begin()));
    EXPECT_TRUE(std::equal(few.begin() + 2, few.begin() + 7, many.begin() + 8));
    EXPECT_EQ(few[7], many[14]);
  }
}

TEST(ImageSampler, ChipsReplicasAndKeysHaveTheirOwn) {
  ImageSampler sampler(mixed_strata());
  std::set<Numbers> samples;
  for (std::uint64_t key = 0; key < 3; ++key) {
    for (std::uint32_t replica = 0; replica < 3; ++replica) {
      for (std::uint32_t trial = 0; trial < 3; ++trial) samples.insert(sampler.draw(key, replica, trial, {{9, 9, 9}}));
    }
  }
  EXPECT_EQ(samples.size(), 27U);
}

TEST(ImageSampler, RefusesMoreThanThereAre) {
  ImageSampler sampler(mixed_strata());
  EXPECT_THROW(sampler.draw(1, 0, 0, Numbers{16, 1, 1}), std::logic_error);
  EXPECT_THROW(sampler.draw(1, 0, 0, Numbers{1, 1}), std::logic_error);
  EXPECT_THROW(ImageSampler(std::vector<std::uint16_t>{0, 2}), std::logic_error);
  EXPECT_THROW(ImageSampler(std::vector<std::uint16_t>((1U << 20) + 1, 0)), std::logic_error);
}

double chi_square(const std::vector<int>& observed) {
  const double expected = std::accumulate(observed.begin(), observed.end(), 0.0) / static_cast<double>(observed.size());
  double sum = 0.0;
  for (const int count : observed) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// 20,000 chips with 5 of 12 images of each of two strata. A correct sampler exceeds each of the three limits with
// probability 1e-6 (and, with fixed addresses, always or never).
TEST(ImageSampler, AllSamplesAreEquallyLikely) {
  std::vector<std::uint16_t> strata(24, 0);
  std::fill(strata.begin() + 12, strata.end(), std::uint16_t{1});
  ImageSampler sampler(strata);
  std::vector<int> last(12), pairs(132), of_both(144);
  for (std::uint32_t trial = 0; trial < 20000; ++trial) {
    const Numbers images = sampler.draw(77, 0, trial, Numbers{5, 5});
    ++last[images[4]];
    ++pairs[images[0] * 11 + images[1] - (images[1] > images[0] ? 1 : 0)];
    ++of_both[images[2] * 12 + images[7] - 12];
  }
  EXPECT_LT(chi_square(last), 48.87);     // 11 degrees of freedom
  EXPECT_LT(chi_square(pairs), 222.8);    // 131: ordered pairs of the first two
  EXPECT_LT(chi_square(of_both), 238.3);  // 143: an image of either stratum
}

}  // namespace image_sample_test
}  // namespace ohmcarlo
