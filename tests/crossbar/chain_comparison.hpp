#pragma once
// Whether somebody read a chain as the reference chain does.

#include <cmath>

#include <gtest/gtest.h>

#include "crossbar/random_chain.hpp"
#include "crossbar/reference_chain.hpp"

namespace ohmcarlo {

/// What some comparisons were worth.
struct ChainTally {
  double outputs = 0, exact = 0;  ///< outputs, and those that had to agree to the last bit
  double conversions = 0, undecided = 0, saturated = 0;
};

/// Fails the test unless outputs y and counts are what is expected, as far as rounding allows.
inline void expect_read(const RandomChain& chain, const Matrix<float>& y, const ConversionCounts& counts,
                        const ReferenceRead& expected, ChainTally& tally) {
  for (Index r = 0; r < y.rows(); ++r) {
    for (Index j = 0; j < y.cols(); ++j) {
      const double slack = expected.slack(r, j), want = expected.y(r, j);
      tally.outputs += 1;
      tally.exact += slack == 0 ? 1 : 0;
      if (slack == 0 && y(r, j) == static_cast<float>(want)) continue;
      // Rounding of y itself to float, of the sums in double, and what rounding of analog sums may have moved.
      const double allowed = slack == 0 ? 1e-13 * expected.size(r, j)
                                        : 1.01 * slack + 1e-7 * std::fabs(want) + 1e-13 * expected.size(r, j);
      ASSERT_NEAR(y(r, j), want, allowed) << "row " << r << ", output " << j << " of " << chain.text();
    }
  }
  ASSERT_EQ(counts.conversions, expected.conversions) << chain.text();
  ASSERT_NEAR(counts.saturated, expected.saturated, expected.saturated_undecided) << chain.text();
  tally.conversions += expected.conversions;
  tally.undecided += expected.undecided;
  tally.saturated += expected.saturated;
}

}  // namespace ohmcarlo
