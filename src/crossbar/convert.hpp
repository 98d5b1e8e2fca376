#pragma once
// From analog sums to numbers: analog-to-digital conversion of whole rows of sums, with the shift-and-add behind it.

#include <cstdint>
#include <span>
#include <vector>

#include "periphery/quantiser.hpp"

namespace ohmcarlo {

/// Converters of the columns of an array, each with a range of its own, all with the same codes.
class ColumnQuantisers {
 public:
  /// One for each column. Throws std::logic_error if their lowest or highest codes differ.
  explicit ColumnQuantisers(std::span<const Quantiser> columns);

  [[nodiscard]] std::span<const float> zero() const { return zero_; }
  [[nodiscard]] std::span<const float> per_lsb() const { return per_lsb_; }
  [[nodiscard]] float lowest() const { return lowest_; }
  [[nodiscard]] float highest() const { return highest_; }

 private:
  std::vector<float> zero_;
  std::vector<float> per_lsb_;
  float lowest_ = 0;
  float highest_ = 0;
};

/// acc[j] += factor * code of v[j], bit for bit the code of the Quantiser; returns how many sums were clipped. A factor
/// that is a whole number (2^slice and 2^bit, with a sign) makes acc exact up to 2^53, which no chain of codes of 24
/// bits reaches: whole numbers of 32 bits would overflow with fine converters. `v` and `acc` of equal size, for the
/// second form that of the converters; v is finite. Throws std::logic_error when the sizes disagree.
std::int64_t add_codes(const Quantiser& adc, std::span<const float> v, double factor, std::span<double> acc);
std::int64_t add_codes(const ColumnQuantisers& adcs, std::span<const float> v, double factor, std::span<double> acc);

}  // namespace ohmcarlo
