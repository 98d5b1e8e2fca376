// The parts of the kernel that have no caller of their own to test them by, on every instruction set. Products are
// tested bit for bit in packed_inputs.cpp.

#include "linalg/packed_kernel.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "random_matrices.hpp"

namespace ohmcarlo::kernel {
namespace packed_kernel_test {

constexpr float kUntouched = std::numeric_limits<float>::infinity();

class PackedKernel : public testing::TestWithParam<std::int64_t> {
 protected:
  PackedKernel() { use_instruction_set(GetParam()); }
  ~PackedKernel() override { use_instruction_set(0); }
};

INSTANTIATE_TEST_SUITE_P(InstructionSets, PackedKernel, testing::ValuesIn(instruction_sets()));

TEST(PackedKernels, ThisProcessorHasOne) {
  EXPECT_FALSE(instruction_sets().empty());
}

TEST_P(PackedKernel, FourRowsAreInterleaved) {
  for (Index features = 0; features < 14; ++features) {
    const Index stride = features + 3;
    const Matrix<float> from = random_matrix<float>(4, stride, 1);
    std::vector<float> to(static_cast<std::size_t>((features + 1) * 16), kUntouched);
    interleave_four(from.data(), stride, features, to.data());
    for (Index f = 0; f <= features; ++f)
      for (Index i = 0; i < 16; ++i)
        ASSERT_EQ(to[static_cast<std::size_t>(f * 16 + i)], f < features && i < 4 ? from(i, f) : kUntouched)
            << f << " of " << features;
  }
}

TEST_P(PackedKernel, EveryCodeIsScaledOnce) {
  std::vector<std::uint8_t> codes;
  for (int i = 0; i < 3 * 256; ++i) codes.push_back(static_cast<std::uint8_t>(i * 7));  // 7 and 256 have no factor
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{33}, codes.size()}) {
    std::vector<float> values(count + 1, kUntouched);
    unpack(codes.data(), count, 1.0F / 255, values.data());
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(values[i], 1.0F / 255 * static_cast<float>(codes[i])) << i << " of " << count;
    EXPECT_EQ(values[count], kUntouched);
  }
}

// Rows 0 .. 19 are computed, rows 5 .. 13 are wanted: they and no others are written.
TEST_P(PackedKernel, RowsThatAreNotWantedAreDropped) {
  const Matrix<float> x = random_matrix<float>(20, 30, 1);
  const Matrix<float> w = random_matrix<float>(10, 30, 2);
  std::vector<float> panel(30 * 16, 0);
  for (Index o = 0; o < 10; ++o)
    for (Index i = 0; i < 30; ++i) panel[static_cast<std::size_t>(i * 16 + o)] = w(o, i);
  Matrix<float> y = Matrix<float>::Constant(11, 12, kUntouched);
  multiply_dense({x.data(), 30, 20}, {panel.data(), 30, 10}, {y.row(1).data(), 12, 5, 14});
  for (Index r = 0; r < 11; ++r)
    for (Index o = 0; o < 12; ++o) {
      float expected = kUntouched;
      if (r >= 1 && r < 10 && o < 10) {
        expected = 0;
        for (Index i = 0; i < 30; ++i) expected = std::fma(x(r + 4, i), w(o, i), expected);
      }
      ASSERT_EQ(y(r, o), expected) << r << ", " << o;
    }
}

TEST(PackedKernels, FeaturesComeInBlocksOf1024) {
  EXPECT_EQ(feature_blocks(0), 1) << "an empty sum is written, too";
  EXPECT_EQ(feature_blocks(1024), 1);
  EXPECT_EQ(feature_blocks(1025), 2);
  EXPECT_EQ(feature_blocks(2048), 2);
}

}  // namespace packed_kernel_test
}  // namespace ohmcarlo::kernel
