#include "linalg/gathered_inputs.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "linalg/packed_kernel.hpp"
#include "random_matrices.hpp"

namespace ohmcarlo {
namespace gathered_inputs_test {

constexpr float kScale = 1.0F / 255.0F;

Matrix<std::uint8_t> random_codes(Index rows, Index features, double zeros) {
  return (random_matrix<float>(rows, features, 3, zeros).array().abs() * 255).matrix().cast<std::uint8_t>();
}

std::vector<std::uint32_t> random_rows(std::size_t count, Index rows) {
  std::mt19937 bits(5);
  std::vector<std::uint32_t> chosen(count);
  for (std::uint32_t& row : chosen) row = bits() % static_cast<std::uint32_t>(rows);
  return chosen;
}

/// product(i, o) is the chain of fused multiply-adds over the features of row rows[i], from +0, never -0.
void expect_chains(const Matrix<std::uint8_t>& codes, std::span<const std::uint32_t> rows, const Matrix<float>& w,
                   const OutputRange& outputs, View<const float> product) {
  ASSERT_EQ(product.rows, std::ssize(rows));
  ASSERT_EQ(product.cols, outputs.count);
  for (Index i = 0; i < product.rows; ++i)
    for (Index o = 0; o < outputs.count; ++o) {
      float sum = 0;
      for (Index k = 0; k < codes.cols(); ++k)
        sum = std::fma(kScale * static_cast<float>(codes(rows[static_cast<std::size_t>(i)], k)),
                       w(outputs.first + o, k), sum);
      ASSERT_EQ(std::bit_cast<std::uint32_t>(product(i, o)), std::bit_cast<std::uint32_t>(sum + 0.0F))
          << "row " << i << " of " << rows.size() << ", output " << o << " from " << outputs.first << ", "
          << codes.cols() << " features";
    }
}

class GatheredTest : public testing::TestWithParam<std::int64_t> {
 protected:
  GatheredTest() { kernel::use_instruction_set(GetParam()); }
  ~GatheredTest() override { kernel::use_instruction_set(0); }
};

INSTANTIATE_TEST_SUITE_P(InstructionSets, GatheredTest, testing::ValuesIn(kernel::instruction_sets()));

// One object, so that nothing may be left of the product before.
TEST_P(GatheredTest, RowsTimesSomeOutputsAreChainsOfFma) {
  for (const Index features : {1, 7, 8, 9, 33, 784}) {
    const Matrix<std::uint8_t> codes = random_codes(50, features, 0.8);
    const Matrix<float> w = random_matrix<float>(75, features, 2);
    const PackedWeights packed(w);
    GatheredInputs inputs(codes, kScale);
    for (const std::size_t count : {100, 1, 5, 6, 7, 0, 13})
      for (const OutputRange& outputs :
           {OutputRange{0, 75}, {0, 16}, {16, 25}, {25, 25}, {50, 25}, {31, 2}, {74, 1}, {3, 0}}) {
        const std::vector<std::uint32_t> rows = random_rows(count, 50);
        expect_chains(codes, rows, w, outputs, inputs.multiply(rows, packed, outputs));
      }
  }
}

TEST_P(GatheredTest, ManyFeaturesAndFewZerosAreTakenInBlocks) {
  for (const Index features : {1024, 1025, 2500, 9000})
    for (const double zeros : {0.0, 0.7, 1.0}) {
      const Matrix<std::uint8_t> codes = random_codes(20, features, zeros);
      const Matrix<float> w = random_matrix<float>(40, features, 2);
      const std::vector<std::uint32_t> rows = random_rows(61, 20);
      GatheredInputs inputs(codes, kScale);
      expect_chains(codes, rows, w, {10, 20}, inputs.multiply(rows, PackedWeights(w), {10, 20}));
    }
}

TEST(GatheredInputs, RefuseWhatDoesNotFit) {
  const Matrix<std::uint8_t> codes = random_codes(7, 5, 0);
  GatheredInputs inputs(codes, kScale);
  const PackedWeights w(3, 5);
  const std::vector<std::uint32_t> rows{6, 0}, beyond{0, 7};
  EXPECT_NO_THROW((void)inputs.multiply(rows, w, {0, 3}));
  EXPECT_THROW((void)inputs.multiply(beyond, w, {0, 3}), std::logic_error);
  EXPECT_THROW((void)inputs.multiply(rows, w, {0, 4}), std::logic_error);
  EXPECT_THROW((void)inputs.multiply(rows, w, {-1, 2}), std::logic_error);
  EXPECT_THROW((void)inputs.multiply(rows, PackedWeights(3, 4), {0, 3}), std::logic_error);
  EXPECT_THROW(GatheredInputs(codes, std::numeric_limits<float>::infinity()), std::logic_error);
}

}  // namespace gathered_inputs_test
}  // namespace ohmcarlo
