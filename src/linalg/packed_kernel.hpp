#pragma once
// The register-blocked kernel under the packed products, one for each instruction set, chosen at run time.
// Internal to linalg.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo::kernel {

// One tile is kGroup input rows x one or more panels of kPanel outputs. With AVX2 6 x 16 fills 12 of the 16 registers
// with sums, with AVX-512 6 x 64 fills 24 of 32. Measured on Zen 3 (AVX2): 4 x 24 is 4 % slower, 3 x 32 and 2 x 48 30
// %.
constexpr Index kGroup = 6;
constexpr Index kPanel = 16;
/// Features are taken in blocks of this many, so that a panel's part (64 KiB) stays in the second-level cache.
constexpr Index kFeatureBlock = 1024;
constexpr int kMostPanels = 4;  ///< panels in one tile, at most

constexpr Index feature_blocks(Index features) {
  return features <= kFeatureBlock ? 1 : (features + kFeatureBlock - 1) / kFeatureBlock;
}

/// Weights [panels, features, kPanel].
struct Panels {
  const float* data;
  Index features;
  Index outputs;
};

/// Where rows first .. last - 1 of a product go: row r is written at data + (r - first) * stride; others are dropped.
struct Rows {
  float* data;
  Index stride;
  Index first;
  Index last;
};

/// Groups of rows, each with the list of the features in which any of its rows is not zero.
struct SparseGroups {
  const std::uint16_t* features;  ///< lists of all groups and feature blocks, relative to the start of the block
  const std::size_t* starts;      ///< [groups * feature_blocks + 1]: where each list starts
  const float* values;            ///< [list element, kGroup], from values_start on
  std::size_t values_start;       ///< the list element at which `values` begins
};

/// Floats of a row in ListedGroups: a whole block of features, and a vector that is stored beyond its end. Six rows
/// this far apart do not compete for the same lines of a cache.
constexpr Index kListRoom = kFeatureBlock + kPanel;

/// Groups of rows as list_features() makes them; groups * feature_blocks slots, block after block of each group.
struct ListedGroups {
  const std::uint16_t* features;  ///< [slot, kListRoom]: features in which any of the rows is not zero
  const Index* counts;            ///< [slot]: how many these are
  const float* values;            ///< [slot, kGroup, kListRoom]
};

/// Rows as they lie in a matrix.
struct DenseRows {
  const float* data;
  Index stride;
  Index rows;
};

/// The product of groups first_group .. last_group - 1. At most most_panels panels in a tile, 0: best for this
/// processor; it changes the speed only.
void multiply_sparse(const SparseGroups& groups, Index first_group, Index last_group, const Panels& panels,
                     const Rows& rows, int most_panels = 0);
void multiply_listed(const ListedGroups& groups, Index count, const Panels& panels, const Rows& rows,
                     int most_panels = 0);
void multiply_dense(const DenseRows& x, const Panels& panels, const Rows& rows, int most_panels = 0);

/// Transposes four rows of `features` elements: to[f * kPanel + i] = from[i * stride + f].
void interleave_four(const float* from, Index stride, Index features, float* to);

/// Lists in which of the `count` features any of the six rows is not zero, 0 the first: their numbers in `features`
/// [kListRoom], scale * code of every row in `values` [kGroup, kListRoom]. Returns how many. At most kFeatureBlock.
Index list_features(const std::uint8_t* const rows[kGroup], Index count, float scale, std::uint16_t* features,
                    float* values);

/// values[i] = scale * codes[i].
void unpack(const std::uint8_t* codes, std::size_t count, float scale, float* values);

/// For tests: the instruction sets (Highway's numbers) that the kernel is compiled for and this processor has, and a
/// way to use one of them, in the whole process and in every Highway kernel. 0: the best one again.
std::vector<std::int64_t> instruction_sets();
void use_instruction_set(std::int64_t target);

}  // namespace ohmcarlo::kernel
