#include "linalg/packed_weights.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "random_matrices.hpp"

namespace ohmcarlo {
namespace packed_weights_test {

/// Element of the panel layout as its declaration says it: panel, input, place in the panel.
float packed_at(const PackedWeights& packed, Index output, Index input) {
  return packed.data()[(output / 16 * packed.inputs() + input) * 16 + output % 16];
}

/// Outputs that the panels have room for, beyond those that there are.
Index room(const PackedWeights& packed) {
  return (packed.outputs() + 15) / 16 * 16;
}

TEST(PackedWeights, PanelsHoldSixteenOutputsInputAfterInput) {
  for (const Index outputs : {1, 4, 15, 16, 17, 37})
    for (const Index inputs : {1, 3, 4, 255, 256, 257, 600}) {
      const Matrix<float> weights = random_matrix<float>(outputs, inputs, 1);
      const PackedWeights packed(weights);
      ASSERT_EQ(packed.outputs(), outputs);
      ASSERT_EQ(packed.inputs(), inputs);
      for (Index o = 0; o < room(packed); ++o)
        for (Index i = 0; i < inputs; ++i)
          ASSERT_EQ(packed_at(packed, o, i), o < outputs ? weights(o, i) : 0) << o << " of " << outputs << ", " << i;
    }
}

TEST(PackedWeights, SetWritesItsRowsAndNoOthers) {
  const Matrix<float> old = random_matrix<float>(40, 300, 1);
  for (const auto& [first, count] : {std::pair<Index, Index>{0, 40}, {0, 1}, {39, 1}, {13, 9}, {14, 21}, {16, 16}}) {
    PackedWeights packed(old);
    const Matrix<float> fresh = random_matrix<float>(count, 300, 2);
    packed.set(first, fresh);
    for (Index o = 0; o < room(packed); ++o)
      for (Index i = 0; i < 300; ++i) {
        const bool inside = o >= first && o < first + count;
        ASSERT_EQ(packed_at(packed, o, i), inside ? fresh(o - first, i) : o < 40 ? old(o, i) : 0) << o << ", " << i;
      }
  }
}

TEST(PackedWeights, RowsOfAWiderMatrixAreTakenByTheirStride) {
  const Matrix<float> wide = random_matrix<float>(18, 50, 1);
  const PackedWeights packed(View<const float>(wide).middle_cols(7, 30));
  for (Index o = 0; o < 18; ++o)
    for (Index i = 0; i < 30; ++i) ASSERT_EQ(packed_at(packed, o, i), wide(o, 7 + i));
}

TEST(PackedWeights, RowsThatDoNotFitAreRefused) {
  PackedWeights packed(20, 5);
  EXPECT_THROW(packed.set(0, Matrix<float>::Zero(20, 4).eval()), std::logic_error);
  EXPECT_THROW(packed.set(1, Matrix<float>::Zero(20, 5).eval()), std::logic_error);
  EXPECT_THROW(packed.set(-1, Matrix<float>::Zero(1, 5).eval()), std::logic_error);
  packed.set(20, Matrix<float>::Zero(0, 5).eval());
}

// Whole numbers this small have exact sums, in any order.
TEST(PackedWeights, WholeNumbersMultiplyAsOnPaper) {
  const auto whole = [](Index rows, Index columns, std::uint32_t seed) {
    return Matrix<float>((random_matrix<float>(rows, columns, seed) * 8).array().floor());
  };
  for (const Index rows : {1, 7, 30})
    for (const Index inputs : {1, 40, 1500}) {
      const Matrix<float> x = whole(rows, inputs, 1), w = whole(21, inputs, 2);
      Matrix<float> y = Matrix<float>::Constant(rows, 21, std::numeric_limits<float>::quiet_NaN());
      multiply(x, PackedWeights(w), y);
      for (Index r = 0; r < rows; ++r)
        for (Index o = 0; o < 21; ++o) {
          std::int64_t sum = 0;
          for (Index i = 0; i < inputs; ++i)
            sum += static_cast<std::int64_t>(x(r, i)) * static_cast<std::int64_t>(w(o, i));
          ASSERT_EQ(y(r, o), static_cast<float>(sum));
        }
    }
}

TEST(PackedWeights, SizesThatDisagreeAreRefused) {
  const PackedWeights packed(20, 5);
  Matrix<float> x = Matrix<float>::Zero(3, 5), y(3, 20);
  EXPECT_THROW(multiply(Matrix<float>(3, 4), packed, y), std::logic_error);
  Matrix<float> narrow(3, 19), low(2, 20);
  EXPECT_THROW(multiply(x, packed, narrow), std::logic_error);
  EXPECT_THROW(multiply(x, packed, low), std::logic_error);
}

TEST(PackedWeights, SomeOutputsOfAProductAreThatPartOfIt) {
  const Matrix<float> x = random_matrix<float>(13, 70, 1), w = random_matrix<float>(75, 70, 2);
  const PackedWeights packed(w);
  Matrix<float> all(13, 75), buffer;
  multiply(x, packed, all);
  for (const OutputRange& outputs : {OutputRange{0, 75}, {0, 16}, {25, 25}, {50, 25}, {74, 1}, {3, 0}}) {
    const View<float> some = multiply_outputs(x, packed, outputs, buffer);
    ASSERT_EQ(some.rows, 13);
    ASSERT_EQ(some.cols, outputs.count);
    EXPECT_EQ(Matrix<float>(some.map()), all.middleCols(outputs.first, outputs.count));
  }
  EXPECT_THROW((void)multiply_outputs(x, packed, {70, 6}, buffer), std::logic_error);
  EXPECT_THROW((void)multiply_outputs(x, PackedWeights(75, 69), {0, 6}, buffer), std::logic_error);
}

}  // namespace packed_weights_test
}  // namespace ohmcarlo
