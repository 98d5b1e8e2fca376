// The packed products against the contract: one fused multiply-add after the other, bit for bit.

#include "linalg/packed_inputs.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "linalg/packed_kernel.hpp"
#include "random_matrices.hpp"

namespace ohmcarlo {
namespace packed_inputs_test {

float chain(const float* x, const float* w, Index inputs) {
  float sum = 0;
  for (Index i = 0; i < inputs; ++i) sum = std::fma(x[i], w[i], sum);
  return sum + 0.0F;  // -0 becomes +0
}

// product(r, o) has the bits of the chain of row order(r).
template <class Order>
void expect_chains(View<const float> x, View<const float> w, View<const float> product, Order order) {
  for (Index r = 0; r < product.rows; ++r) {
    for (Index o = 0; o < w.rows; ++o) {
      const float expected = chain(x.row(order(r)), w.row(o), x.cols);
      ASSERT_EQ(std::bit_cast<std::uint32_t>(product(r, o)), std::bit_cast<std::uint32_t>(expected))
          << "row " << r << " output " << o << " of " << x.rows << " x " << w.rows << " x " << x.cols << ": "
          << product(r, o) << " instead of " << expected;
    }
  }
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Every test runs on every instruction set that this processor has; the bits must be those of std::fma on all.
class PackedTest : public testing::TestWithParam<std::int64_t> {
 protected:
  PackedTest() { kernel::use_instruction_set(GetParam()); }
  ~PackedTest() override { kernel::use_instruction_set(0); }

  static void check(const Matrix<float>& x, const PackedInputs& inputs, Index outputs) {
    const Matrix<float> w = random_matrix<float>(outputs, x.cols(), 7);
    Matrix<float> whole = Matrix<float>::Constant(x.rows() + 1, outputs + 3, kNan);
    inputs.multiply(PackedWeights(w), View(whole).block(0, 0, x.rows(), outputs));
    const auto order = inputs.order();
    expect_chains(x, w, View<const float>(whole).block(0, 0, x.rows(), outputs), [&](Index r) { return order[r]; });
    for (Index r = 0; r < whole.rows(); ++r) {
      for (Index c = 0; c < whole.cols(); ++c) {
        ASSERT_EQ(std::isnan(whole(r, c)), r == x.rows() || c >= outputs) << "written outside, or not written";
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(InstructionSets, PackedTest, testing::ValuesIn(kernel::instruction_sets()));

TEST_P(PackedTest, InputsTimesWeightsAreChainsOfFma) {
  for (const Index rows : {1, 5, 6, 7, 61}) {
    for (const Index features : {1, 2, 33, 784}) {
      for (const Index outputs : {1, 10, 16, 17, 100}) {
        const Matrix<float> x = random_matrix<float>(rows, features, 1, 0.6);
        check(x, PackedInputs(x), outputs);
      }
    }
  }
}

TEST_P(PackedTest, ManyFeaturesAreTakenInBlocks) {
  for (const Index features : {1024, 1025, 2500}) {
    for (const double zeros : {0.0, 0.7, 1.0}) {
      const Matrix<float> x = random_matrix<float>(20, features, 1, zeros);
      check(x, PackedInputs(x), 70);
    }
  }
}

TEST_P(PackedTest, ManyRowsAreTakenInBlocks) {
  const Matrix<float> x = random_matrix<float>(700, 300, 1, 0.3);
  check(x, PackedInputs(x), 40);
}

TEST_P(PackedTest, RowsAndColumnsOfZerosAreAllowed) {
  Matrix<float> x = random_matrix<float>(30, 40, 1, 0.5);
  x.row(3).setZero();
  x.row(29).setZero();
  x.col(0).setZero();
  x.col(17).setZero();
  check(x, PackedInputs(x), 20);
  x.setZero();
  const PackedInputs nothing(x);
  EXPECT_EQ(nothing.density(), 0);
  check(x, nothing, 20);
}

TEST_P(PackedTest, CodesAreScaledInFloat) {
  for (const Index rows : {1, 13, 500}) {
    const Matrix<std::uint8_t> codes =
        (random_matrix<float>(rows, 200, 1, 0.5).array().abs() * 255).matrix().cast<std::uint8_t>();
    const float scale = 1.0F / 255.0F;
    check(codes.cast<float>() * scale, PackedInputs(codes, scale), 33);
  }
}

TEST_P(PackedTest, ARangeOfRowsIsThatPartOfTheProduct) {
  const Matrix<float> x = random_matrix<float>(50, 90, 1, 0.5);
  const Matrix<float> w = random_matrix<float>(35, 90, 2);
  const PackedInputs inputs(x);
  const PackedWeights weights(w);
  Matrix<float> all(50, 35);
  inputs.multiply(weights, all);
  for (const auto& [first, count] :
       {std::pair<Index, Index>{0, 6}, {6, 12}, {5, 2}, {7, 3}, {11, 38}, {49, 1}, {50, 0}}) {
    Matrix<float> whole = Matrix<float>::Constant(count + 2, 35, kNan);
    inputs.multiply_rows(first, count, weights, View(whole).middle_rows(1, count));
    EXPECT_EQ(whole.middleRows(1, count), all.middleRows(first, count)) << first << " " << count;
    EXPECT_TRUE(whole.row(0).array().isNaN().all() && whole.row(count + 1).array().isNaN().all());
  }
}

TEST_P(PackedTest, ResultOfARowDoesNotDependOnItsNeighbours) {
  const Matrix<float> w = random_matrix<float>(19, 100, 2);
  const PackedWeights weights(w);
  const Matrix<float> x = random_matrix<float>(40, 100, 1, 0.6);
  Matrix<float> together(40, 19);
  const PackedInputs inputs(x);
  inputs.multiply(weights, together);
  for (Index r = 0; r < 40; ++r) {
    Matrix<float> alone(1, 19);
    const Matrix<float> row = x.row(inputs.order()[r]);
    PackedInputs(row).multiply(weights, alone);
    ASSERT_EQ(alone, together.row(r));
  }
}

TEST_P(PackedTest, ANegativeUnderflowIsPositiveZeroWhateverTheNeighbours) {
  Matrix<float> x(2, 2);
  x << 1e-30F, 0, 0, 1;
  Matrix<float> w(1, 2);
  w << -1e-30F, 1;
  const auto bits_of_first = [&](const Matrix<float>& rows) {
    const PackedInputs inputs(rows);
    Matrix<float> y(rows.rows(), 1);
    inputs.multiply(PackedWeights(w), y);
    return std::bit_cast<std::uint32_t>(y(inputs.order()[0] == 0 ? 0 : 1, 0));
  };
  EXPECT_EQ(bits_of_first(x.topRows(1)), 0U);
  EXPECT_EQ(bits_of_first(x), 0U);
}

TEST_P(PackedTest, DenseInputsTimesWeightsAreChainsOfFma) {
  for (const Index rows : {1, 6, 13, 150}) {
    for (const Index features : {1, 100, 1030}) {
      for (const Index outputs : {1, 10, 16, 84}) {
        const Matrix<float> x = random_matrix<float>(rows, features + 5, 1, 0.1);
        const Matrix<float> w = random_matrix<float>(outputs, features, 2);
        Matrix<float> y = Matrix<float>::Constant(rows, outputs + 2, kNan);
        const View<const float> part = View(x).middle_cols(2, features);
        multiply(part, PackedWeights(w), View(y).middle_cols(1, outputs));
        expect_chains(part, w, View<const float>(y).middle_cols(1, outputs), [](Index r) { return r; });
        EXPECT_TRUE(y.leftCols(1).array().isNaN().all() && y.rightCols(1).array().isNaN().all());
      }
    }
  }
}

// Tiles of several panels are the rule with AVX-512 only: here they are tried on whatever this processor has.
TEST_P(PackedTest, TilesOfSeveralPanelsGiveTheSameBits) {
  const Matrix<float> x = random_matrix<float>(20, 1100, 1);
  const Matrix<float> w = random_matrix<float>(150, 1100, 2);
  const PackedWeights weights(w);
  for (int most = 1; most <= kernel::kMostPanels; ++most) {
    Matrix<float> y = Matrix<float>::Constant(20, 150, kNan);
    kernel::multiply_dense({x.data(), x.cols(), 20}, {weights.data(), 1100, 150}, {y.data(), 150, 0, 20}, most);
    expect_chains(x, w, View<const float>(y), [](Index r) { return r; });
  }
}

TEST_P(PackedTest, WeightsOfSeveralChipsLieSideBySide) {
  const Matrix<float> x = random_matrix<float>(10, 70, 1, 0.5);
  const Matrix<float> w = random_matrix<float>(31, 70, 2);
  PackedWeights weights(31, 70);
  weights.set(0, Matrix<float>::Ones(31, 70).eval());  // packed again without a trace of what was there
  for (const auto& [first, count] : {std::pair<Index, Index>{0, 10}, {10, 10}, {20, 11}}) {
    weights.set(first, View(w).middle_rows(first, count));
  }
  Matrix<float> y(10, 31);
  multiply(x, weights, y);
  expect_chains(x, w, View<const float>(y), [](Index r) { return r; });
}

TEST(PackedInputs, DensityCountsTheFeaturesOfWholeGroups) {
  Matrix<float> x = Matrix<float>::Zero(12, 10);
  EXPECT_EQ(PackedInputs(x).density(), 0);
  x(4, 3) = 1;
  EXPECT_DOUBLE_EQ(PackedInputs(x).density(), 1.0 / 20);
  x.setOnes();
  EXPECT_DOUBLE_EQ(PackedInputs(x).density(), 1);
  EXPECT_EQ(PackedInputs(Matrix<float>(0, 10)).density(), 0);
}

TEST(PackedInputs, WithoutRowsOrFeaturesGiveEmptyOrZeroProducts) {
  Matrix<float> none(0, 3);
  PackedInputs(Matrix<float>(0, 10)).multiply(PackedWeights(3, 10), none);
  Matrix<float> zeros = Matrix<float>::Constant(7, 3, kNan);
  PackedInputs(Matrix<float>(7, 0)).multiply(PackedWeights(3, 0), zeros);
  EXPECT_EQ(zeros, Matrix<float>::Zero(7, 3));
  Matrix<float> no_outputs(7, 0);
  EXPECT_NO_THROW(PackedInputs(Matrix<float>::Ones(7, 2).eval()).multiply(PackedWeights(0, 2), no_outputs));
}

TEST(PackedInputs, RefuseWhatDoesNotFit) {
  Matrix<float> x = Matrix<float>::Ones(7, 5);
  const PackedInputs inputs(x);
  PackedWeights w(3, 5);
  Matrix<float> y(7, 3);
  EXPECT_NO_THROW(inputs.multiply(w, y));
  EXPECT_THROW(inputs.multiply(PackedWeights(3, 4), y), std::logic_error);
  EXPECT_THROW(inputs.multiply(PackedWeights(4, 5), y), std::logic_error);
  EXPECT_THROW(inputs.multiply_rows(1, 7, w, y), std::logic_error);
  EXPECT_THROW(inputs.multiply_rows(0, 6, w, y), std::logic_error);
  EXPECT_THROW(multiply(Matrix<float>::Ones(7, 4).eval(), w, y), std::logic_error);
  EXPECT_THROW(w.set(1, Matrix<float>::Ones(3, 5).eval()), std::logic_error);
  EXPECT_THROW(w.set(0, Matrix<float>::Ones(3, 4).eval()), std::logic_error);
  x(2, 2) = std::numeric_limits<float>::infinity();
  EXPECT_THROW(PackedInputs{View<const float>(x)}, std::logic_error);
}

}  // namespace packed_inputs_test
}  // namespace ohmcarlo
