#pragma once
// Two points of an experiment on the same chips.

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "statistics/confidence_sequence.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

/// How a difference is tested.
struct PairingOptions {
  double confidence = 0.95;  ///< in (0, 1)
  /// Numbers of chips (failed ones included) at which the anytime-valid p-value looks, beside the last. The numbers at
  /// which a stopping rule looked (statistics/looks.hpp); those beyond the common prefix are passed over.
  std::vector<std::size_t> looks = {};
  double tuned_for = kSequenceTunedFor;  ///< number of pairs for which the sequence is tightest; > 0
};

/// The mean difference x - y over the chips both have, with what pairing gave. Student's numbers hold if the number of
/// chips was fixed beforehand, those of the sequence (statistics/confidence_sequence.hpp) however it came about. NaN
/// (half- widths: infinite) with fewer than two pairs.
struct PairedDifference {
  std::size_t count = 0;     ///< pairs with both values finite
  std::size_t left_out = 0;  ///< pairs with one that is not
  double mean = kNaN;
  double sd = kNaN;  ///< of the differences, divisor count - 1
  double student_half = std::numeric_limits<double>::infinity();
  double t = kNaN;  ///< mean / (sd / sqrt(count)), infinite if all differences are equal, NaN if all are 0
  double p = kNaN;  ///< two-sided, of Student's t with count - 1 degrees of freedom; 1 if all differences are 0
  double correlation = kNaN;   ///< of x and y; NaN if either does not vary
  double pairing_gain = kNaN;  ///< (s_x^2 + s_y^2) / sd^2: how many times more chips unpaired samples would need
  double sequence_half = std::numeric_limits<double>::infinity();
  double anytime_p = 1.0;  ///< the least sequence_p_value of the looks: a p-value however one stops
};

/// Compares the values of two points: x[t] and y[t] belong to chip t (or x[r], y[r], means over the chips of replica
/// r). Only the common prefix of both is used; NaN is a failed chip.
[[nodiscard]] PairedDifference compare_pairs(std::span<const double> x, std::span<const double> y,
                                             const PairingOptions& options = {});

}  // namespace ohmcarlo
