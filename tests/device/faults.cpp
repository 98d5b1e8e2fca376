#include "device/faults.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "device/chance.hpp"
#include "device/planes.hpp"

namespace ohmcarlo {
namespace faults_test {

using Map = std::vector<std::uint8_t>;

constexpr PlaneShape kPlane{.outputs = 130, .inputs = 101, .tile_rows = 40, .tile_columns = 32};
constexpr FaultPattern kPatterns[] = {FaultPattern::cells, FaultPattern::count, FaultPattern::rows,
                                      FaultPattern::columns, FaultPattern::clusters};

Map map_of(const Faults& faults, const PlaneShape& plane = kPlane) {
  return fault_map(faults, plane, kPlaneKey, kPlaneChip);
}

std::size_t stuck_in(const Map& map) {
  return static_cast<std::size_t>(std::count_if(map.begin(), map.end(), is_stuck));
}

TEST(FaultMap, IsEmptyAtRateZeroAndFullAtRateOne) {
  for (const FaultPattern pattern : kPatterns) {
    EXPECT_TRUE(map_of({.rate = 0, .pattern = pattern}).empty());
    EXPECT_EQ(stuck_in(map_of({.rate = 1, .pattern = pattern})), kPlane.cells());
  }
}

// A cell that is stuck at 1 % is stuck in the same place at 2 %.
TEST(FaultMap, GrowsWithTheRate) {
  for (const FaultPattern pattern : kPatterns) {
    SCOPED_TRACE(static_cast<int>(pattern));
    Map fewer(kPlane.cells());
    std::size_t steps_up = 0;
    for (const double rate : {0.001, 0.01, 0.02, 0.1, 0.3, 0.5, 0.9, 1.0}) {
      const Map more = map_of({.rate = rate, .kind = FaultKind::mixed, .pattern = pattern, .cluster_size = 3});
      steps_up += stuck_in(more) > stuck_in(fewer) ? 1 : 0;
      for (std::size_t i = 0; i < more.size(); ++i) ASSERT_TRUE(fewer[i] == kFree || fewer[i] == more[i]);
      fewer = more;
    }
    EXPECT_GE(steps_up, 6U);
  }
}

TEST(FaultMap, KindsAreDisjointAndOfTheSameCells) {
  for (const FaultPattern pattern : kPatterns) {
    const Map low = map_of({.rate = 0.1, .kind = FaultKind::stuck_at_g_min, .pattern = pattern});
    const Map high = map_of({.rate = 0.1, .kind = FaultKind::stuck_at_g_max, .pattern = pattern});
    const Map mixed = map_of({.rate = 0.1, .kind = FaultKind::mixed, .pattern = pattern});
    for (std::size_t i = 0; i < low.size(); ++i) {
      ASSERT_TRUE(low[i] == kFree || low[i] == kStuckAtGMin);
      ASSERT_EQ(high[i], low[i] == kFree ? kFree : kStuckAtGMax);
      ASSERT_EQ(mixed[i] == kFree, low[i] == kFree);
      ASSERT_TRUE(mixed[i] <= kStuckAtGMax);
    }
    EXPECT_GT(std::count(mixed.begin(), mixed.end(), kStuckAtGMin), 0);
    EXPECT_GT(std::count(mixed.begin(), mixed.end(), kStuckAtGMax), 0);
    EXPECT_EQ(map_of({.rate = 0.1, .kind = FaultKind::mixed, .g_max_share = 0, .pattern = pattern}), low);
    EXPECT_EQ(map_of({.rate = 0.1, .kind = FaultKind::mixed, .g_max_share = 1, .pattern = pattern}), high);
  }
}

// Six outputs in two groups, two outputs an array: arrays of outputs 0 and 1, 2, 3 and 4, 5.
TEST(FaultMap, OfRowsIsThatOfArraysWhichHoldOneGroup) {
  constexpr std::size_t kArrays[] = {0, 0, 1, 2, 2, 3};
  const PlaneShape grouped{.outputs = 6, .inputs = 101, .tile_rows = 40, .tile_columns = 2, .groups = 2};
  const PlaneShape arrays{.outputs = 4, .inputs = 101, .tile_rows = 40, .tile_columns = 1};
  const Faults faults{.rate = 0.3, .kind = FaultKind::mixed, .pattern = FaultPattern::rows};
  const Map map = map_of(faults, grouped), of_arrays = map_of(faults, arrays);
  for (std::size_t output = 0; output < 6; ++output)
    for (std::size_t input = 0; input < 101; ++input)
      ASSERT_EQ(map[output * 101 + input], of_arrays[kArrays[output] * 101 + input]) << output << ", " << input;
}

TEST(FaultMap, OfCellsDoesNotMoveWithTheTiles) {
  PlaneShape cut_otherwise = kPlane;
  cut_otherwise.tile_rows = 0;
  cut_otherwise.tile_columns = 7;
  for (const FaultPattern pattern : {FaultPattern::cells, FaultPattern::count, FaultPattern::clusters}) {
    const Faults faults{.rate = 0.1, .kind = FaultKind::mixed, .pattern = pattern};
    EXPECT_EQ(map_of(faults), map_of(faults, cut_otherwise));
  }
}

TEST(FaultMap, OfCellsIsTheSmallWordsOfItsAddress) {
  std::vector<std::uint32_t> words(kPlane.cells());
  Stream(kPlaneKey, chip_for(Purpose::fault)).words(0, words);
  const Map map = map_of({.rate = 0.07});
  for (std::size_t i = 0; i < map.size(); ++i) ASSERT_EQ(map[i] != kFree, words[i] < 0.07 * 0x1p32) << i;
}

TEST(FaultMap, OfCountHasExactlyThatMany) {
  std::vector<std::uint32_t> words(kPlane.cells());
  Stream(kPlaneKey, chip_for(Purpose::fault)).words(0, words);
  for (const double rate : {1e-5, 1 / 13130.0, 0.01, 0.123456, 0.5, 0.99999, 1.0}) {
    const Map map = map_of({.rate = rate, .pattern = FaultPattern::count});
    const auto wanted = static_cast<std::size_t>(std::lround(rate * static_cast<double>(kPlane.cells())));
    ASSERT_EQ(stuck_in(map), wanted) << rate;
    std::uint32_t largest_stuck = 0;
    std::uint32_t smallest_free = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t i = 0; i < map.size(); ++i) {
      if (map[i] == kFree) smallest_free = std::min(smallest_free, words[i]);
      if (map[i] != kFree) largest_stuck = std::max(largest_stuck, words[i]);
    }
    EXPECT_TRUE(wanted == 0 || wanted == kPlane.cells() || largest_stuck <= smallest_free);
  }
}

/// Whether all cells of each line, as line(output, input) numbers them, have one code.
template <class Line>
bool whole_lines(const Map& map, const PlaneShape& plane, Line line) {
  std::vector<int> code_of(plane.cells(), -1);
  for (std::size_t output = 0; output < plane.outputs; ++output) {
    for (std::size_t input = 0; input < plane.inputs; ++input) {
      int& code = code_of[line(output, input)];
      const int here = map[output * plane.inputs + input];
      if (code >= 0 && code != here) return false;
      code = here;
    }
  }
  return true;
}

TEST(FaultMap, OfRowsTakesOneInputInOneArray) {
  const auto word_line = [](std::size_t output, std::size_t input) { return output / 32 * 101 + input; };
  const auto input_line = [](std::size_t, std::size_t input) { return input; };
  const Map map = map_of({.rate = 0.2, .kind = FaultKind::mixed, .pattern = FaultPattern::rows});
  EXPECT_TRUE(whole_lines(map, kPlane, word_line));
  EXPECT_FALSE(whole_lines(map, kPlane, input_line));  // arrays side by side have word lines of their own
  PlaneShape one_array = kPlane;
  one_array.tile_columns = 0;
  EXPECT_TRUE(whole_lines(map_of({.rate = 0.2, .pattern = FaultPattern::rows}, one_array), one_array, input_line));
}

TEST(FaultMap, OfColumnsTakesOneOutputInOneArray) {
  const auto bit_line = [](std::size_t output, std::size_t input) { return input / 40 * 130 + output; };
  const auto output_line = [](std::size_t output, std::size_t) { return output; };
  const Map map = map_of({.rate = 0.2, .kind = FaultKind::mixed, .pattern = FaultPattern::columns});
  EXPECT_TRUE(whole_lines(map, kPlane, bit_line));
  EXPECT_FALSE(whole_lines(map, kPlane, output_line));
  PlaneShape one_array = kPlane;
  one_array.tile_rows = 0;
  EXPECT_TRUE(whole_lines(map_of({.rate = 0.2, .pattern = FaultPattern::columns}, one_array), one_array, output_line));
}

// Few squares: each stuck cell belongs to a full square, wrapped at the edges of the plane.
TEST(FaultMap, OfClustersIsMadeOfSquares) {
  constexpr std::size_t kSize = 4;
  const Map map = map_of({.rate = 0.05, .pattern = FaultPattern::clusters, .cluster_size = kSize});
  const auto stuck_at = [&](std::size_t output, std::size_t input) {
    return map[output % kPlane.outputs * kPlane.inputs + input % kPlane.inputs] != kFree;
  };
  Map covered(map.size());
  for (std::size_t output = 0; output < kPlane.outputs; ++output) {
    for (std::size_t input = 0; input < kPlane.inputs; ++input) {
      bool whole = true;
      for (std::size_t k = 0; k < kSize * kSize; ++k) whole = whole && stuck_at(output + k / kSize, input + k % kSize);
      for (std::size_t k = 0; whole && k < kSize * kSize; ++k) {
        covered[(output + k / kSize) % kPlane.outputs * kPlane.inputs + (input + k % kSize) % kPlane.inputs] = 1;
      }
    }
  }
  EXPECT_GT(stuck_in(map), 0U);
  for (std::size_t i = 0; i < map.size(); ++i) ASSERT_EQ(map[i] != kFree, covered[i] != 0) << i;
}

TEST(FaultMap, OfClustersOfOneCellIsThatOfCells) {
  EXPECT_EQ(map_of({.rate = 0.1, .pattern = FaultPattern::clusters, .cluster_size = 1}), map_of({.rate = 0.1}));
}

TEST(FaultMap, OfClustersLargerThanThePlaneTakesAllOrNothing) {
  const PlaneShape small{.outputs = 2, .inputs = 3};
  const Map map = map_of({.rate = 0.5, .pattern = FaultPattern::clusters, .cluster_size = 9}, small);
  EXPECT_TRUE(stuck_in(map) == 0 || stuck_in(map) == 6);
}

TEST(FaultMap, OtherChipsLayersSlicesAndPolaritiesDiffer) {
  const Map here = map_of({.rate = 0.1});
  for (const auto change : {&Address::trial, &Address::replica, &Address::layer, &Address::slice}) {
    Address other = kPlaneChip;
    other.*change += 1;
    EXPECT_NE(fault_map({.rate = 0.1}, kPlane, kPlaneKey, other), here);
  }
  Address partner = kPlaneChip;
  partner.negative = true;
  EXPECT_NE(fault_map({.rate = 0.1}, kPlane, kPlaneKey, partner), here);
}

TEST(OverrideStuck, LeavesOtherCellsAlone) {
  const Map map = {kFree, kStuckAtGMin, kStuckAtGMax, kVaried};
  std::vector<float> steps = {-1.5F, 2, 2, 7.25F};
  override_stuck(map, 3, steps);
  EXPECT_EQ(steps, (std::vector<float>{-1.5F, 0, 3, 7.25F}));
}

}  // namespace faults_test
}  // namespace ohmcarlo
