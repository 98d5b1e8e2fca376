#include "records/sampling.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace ohmcarlo {
namespace sampling_test {

/// Five images of two strata; a pilot of three chips.
Sampling design() {
  return {.stratum = {0, 1, 1, 0, 1}, .pilot_chips = 3, .pilot_sizes = {2, 3}, .sizes = {}, .pilot = {}};
}

TEST(Sampling, ThePilotIsTheFirstChipsOfTheFirstReplica) {
  const Sampling sampling = design();
  EXPECT_TRUE(sampling.is_pilot(0, 0));
  EXPECT_TRUE(sampling.is_pilot(0, 2));
  EXPECT_FALSE(sampling.is_pilot(0, 3));
  EXPECT_FALSE(sampling.is_pilot(1, 0));
}

TEST(Sampling, PilotChipsSeeTheirOwnSizesForEver) {
  Sampling sampling = design();
  EXPECT_FALSE(sampling.is_decided());
  EXPECT_EQ(sampling.strata(), 2U);
  EXPECT_EQ(sampling.sizes_of(0, 2), (std::vector<std::uint32_t>{2, 3})) << "the pilot's, before it has told";
  EXPECT_EQ(sampling.sizes_of(1, 7), (std::vector<std::uint32_t>{2, 3})) << "nothing else is known";
  sampling.sizes = {1, 2};
  EXPECT_TRUE(sampling.is_decided());
  EXPECT_EQ(sampling.sizes_of(0, 2), (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(sampling.sizes_of(0, 3), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(sampling.sizes_of(1, 2), (std::vector<std::uint32_t>{1, 2}));
}

TEST(Sampling, WithoutAPilotAllChipsSeeTheSame) {
  const Sampling sampling{.stratum = {0, 1, 0}, .pilot_chips = 0, .pilot_sizes = {}, .sizes = {2, 1}, .pilot = {}};
  EXPECT_TRUE(sampling.is_decided());
  EXPECT_EQ(sampling.strata(), 2U);
  EXPECT_EQ(sampling.sizes_of(0, 0), sampling.sizes);
  EXPECT_EQ(sampling.sizes_of(2, 9), sampling.sizes);
  EXPECT_EQ(count_images(sampling.sizes), 3U);
}

TEST(Sampling, ComesBackFromBytes) {
  Sampling sampling = design();
  sampling.pilot = {{7, 1, {0.5, 1.5}, {0.25, 2.25}}, {8, 2, {}, {}}};
  const auto read = unpack_bytes<Sampling>(pack_bytes(sampling));
  EXPECT_EQ(read.stratum, sampling.stratum);
  EXPECT_EQ(read.pilot_chips, 3U);
  EXPECT_EQ(read.pilot_sizes, sampling.pilot_sizes);
  EXPECT_TRUE(read.sizes.empty());
  ASSERT_EQ(read.pilot.size(), 2U);
  EXPECT_EQ(read.pilot[0].point, 7U);
  EXPECT_EQ(read.pilot[0].trial, 1U);
  EXPECT_EQ(read.pilot[0].sums, (std::vector<double>{0.5, 1.5}));
  EXPECT_EQ(read.pilot[0].squares, (std::vector<double>{0.25, 2.25}));
  EXPECT_TRUE(read.pilot[1].sums.empty());
}

}  // namespace sampling_test
}  // namespace ohmcarlo
