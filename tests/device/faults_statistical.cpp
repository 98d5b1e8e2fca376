// How many cells are stuck, and where. 41 checks, each of which fails by chance once in 10^6: 4e-5 for all of them. A
// rate of 1 % that is off by a twelfth of itself would be seen 99 times in 100.

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/moments.hpp"
#include "device/planes.hpp"

namespace ohmcarlo {
namespace faults_statistical_test {

using Map = std::vector<std::uint8_t>;

constexpr PlaneShape kPlane{.outputs = 1024, .inputs = 1024, .tile_rows = 64, .tile_columns = 32};
constexpr auto kCells = static_cast<double>(kPlane.cells());

Map map_of(const Faults& faults, std::uint32_t trial, const PlaneShape& plane = kPlane) {
  Address chip = kPlaneChip;
  chip.trial = trial;
  Map map = fault_map(faults, plane, kPlaneKey, chip);
  map.resize(plane.cells());
  return map;
}

double count(const Map& map, std::uint8_t code) {
  return static_cast<double>(std::count(map.begin(), map.end(), code));
}

TEST(FaultRate, OfCellsIsTheProbabilityOfACell) {
  for (const double rate : {1e-5, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.999}) {
    expect_binomial(count(map_of({.rate = rate}, 1), kStuckAtGMin), kCells, rate);
  }
}

TEST(FaultRate, OfLinesIsTheProbabilityOfALine) {
  for (const double rate : {0.001, 0.01, 0.1, 0.5}) {
    // 1024 inputs times 32 arrays side by side, of 32 cells each; 1024 outputs times 16 arrays, of 64 cells.
    const double rows = count(map_of({.rate = rate, .pattern = FaultPattern::rows}, 2), kStuckAtGMin) / 32;
    expect_binomial(rows, 1024 * 32, rate);
    const double columns = count(map_of({.rate = rate, .pattern = FaultPattern::columns}, 2), kStuckAtGMin) / 64;
    expect_binomial(columns, 1024 * 16, rate);
  }
}

/// Variance of the number of stuck cells, divided by the number of cells. Two cells that share squares are both free
/// with probability q^(squares that hold one of them).
double cluster_variance(double rate, int size) {
  const double all = size * size;
  const double q = std::pow(1 - rate, 1 / all);
  double variance = 0;
  for (int down = 1 - size; down < size; ++down) {
    for (int along = 1 - size; along < size; ++along) {
      const double shared = (size - std::abs(down)) * (size - std::abs(along));
      variance += std::pow(q, 2 * all - shared) - std::pow(q, 2 * all);
    }
  }
  return variance;
}

// 400 chips: their mean is the rate, and they scatter as overlapping squares do.
TEST(FaultRate, OfClustersIsTheProbabilityOfACell) {
  constexpr PlaneShape kSmall{.outputs = 100, .inputs = 120};
  constexpr int kChips = 400;
  const auto cells = static_cast<double>(kSmall.cells());
  for (const double rate : {0.01, 0.1, 0.5}) {
    for (const int size : {2, 3, 5}) {
      SCOPED_TRACE(testing::Message() << "rate " << rate << ", size " << size);
      const double variance = cluster_variance(rate, size) * cells;  // of a chip
      double sum = 0;
      double squares = 0;
      for (std::uint32_t chip = 0; chip < kChips; ++chip) {
        const Map map = map_of({.rate = rate, .pattern = FaultPattern::clusters, .cluster_size = size}, chip, kSmall);
        const double stuck = count(map, kStuckAtGMin);
        sum += stuck;
        squares += (stuck - rate * cells) * (stuck - rate * cells) / variance;
      }
      expect_sum(sum, kChips, rate * cells, variance);
      expect_chi_squared(squares, kChips);
    }
  }
}

TEST(FaultRate, OfMixedKindsIsShared) {
  for (const double share : {0.1, 0.5, 0.8}) {
    const Map map = map_of({.rate = 0.2, .kind = FaultKind::mixed, .g_max_share = share}, 3);
    const double high = count(map, kStuckAtGMax);
    expect_binomial(high + count(map, kStuckAtGMin), kCells, 0.2);
    expect_binomial(high, high + count(map, kStuckAtGMin), share);
  }
}

// Of an exact number of stuck cells, those in the first half of the plane are hypergeometric; cells of two chips meet
// by chance.
TEST(FaultRate, OfCountFavoursNoPlace) {
  const Map map = map_of({.rate = 0.1, .pattern = FaultPattern::count}, 4);
  const double stuck = count(map, kStuckAtGMin);
  const auto half = map.begin() + static_cast<std::ptrdiff_t>(kPlane.cells() / 2);
  const auto first = static_cast<double>(std::count(map.begin(), half, kStuckAtGMin));
  expect_sum(first, 1, stuck / 2, stuck / 4 * (1 - stuck / kCells));
}

TEST(FaultRate, OfTwoChipsMeetByChance) {
  const Map one = map_of({.rate = 0.1}, 5);
  const Map other = map_of({.rate = 0.1}, 6);
  double both = 0;
  for (std::size_t i = 0; i < one.size(); ++i) both += one[i] != kFree && other[i] != kFree ? 1 : 0;
  expect_binomial(both, kCells, 0.01);
}

}  // namespace faults_statistical_test
}  // namespace ohmcarlo
