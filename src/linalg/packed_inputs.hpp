#pragma once
// Products of fixed inputs, such as test images, with many weight matrices, without the work for zeros.

#include <cstdint>
#include <span>
#include <vector>

#include "linalg/packed_weights.hpp"

namespace ohmcarlo {

/// Inputs [rows, features] packed once and multiplied by thousands of weight matrices.
///
/// Rows are reordered so that neighbours are zero in much the same features, and a group of kGroup neighbours skips the
/// features that are zero in all of them. Half of Fashion-MNIST's pixels are zero and 81 % of MNIST's: density() is
/// 0.60 and 0.29, and a product takes that share of the time of a dense one.
///
/// Contract: element (r, o) of a product is the fused multiply-add chain over the features in ascending order, from +0,
/// a result of -0 turned into +0. Its bits depend on row r and on the weights of output o alone: not on which rows are
/// packed with it, how many there are, in which order, which range is asked for, nor on the processor. Skipped terms
/// are exact zeros, which holds as long as the weights are finite.
class PackedInputs {
 public:
  static constexpr Index kGroup = 6;

  /// Keeps the values as float. Throws std::logic_error if one is not finite.
  explicit PackedInputs(View<const float> inputs);
  /// The inputs are scale * code in float arithmetic; keeps the codes: a quarter of the memory, and within a few
  /// percent as fast.
  PackedInputs(View<const std::uint8_t> codes, float scale);

  [[nodiscard]] Index rows() const { return static_cast<Index>(order_.size()); }
  [[nodiscard]] Index features() const { return features_; }
  /// Multiplications done divided by those of a dense product; 0 without inputs.
  [[nodiscard]] double density() const;
  /// Row r of a product is row order()[r] of the inputs: a permutation.
  [[nodiscard]] std::span<const std::uint32_t> order() const { return order_; }

  /// out = inputs w^T, rows in packed order. out [rows(), w.outputs()]. Throws std::logic_error if the sizes disagree.
  void multiply(const PackedWeights& w, View<float> out) const { multiply_rows(0, rows(), w, out); }

  /// Rows first .. first + count - 1 of the product, in packed order, so that a caller can finish one batch while it is
  /// in the cache. out [count, w.outputs()]. Ranges that start and end at multiples of kGroup waste nothing; batches of
  /// 500 rows are as fast as the whole. Safe to call from several threads at once.
  void multiply_rows(Index first, Index count, const PackedWeights& w, View<float> out) const;

 private:
  template <class T>
  void pack(View<const T> inputs, std::vector<T>& values);

  Index features_;
  float scale_ = 1.0F;
  std::vector<std::uint32_t> order_;
  std::vector<std::size_t> starts_;   // [groups * feature blocks + 1]: where the lists start
  std::vector<std::uint16_t> lists_;  // features, relative to their block
  std::vector<std::uint8_t> codes_;   // [list element, kGroup]; empty if values_ is used
  std::vector<float> values_;         // the same
};

}  // namespace ohmcarlo
