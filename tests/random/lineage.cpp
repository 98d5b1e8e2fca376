#include "random/lineage.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace lineage_test {

const Address kMovedAddress{.purpose = Purpose::programming, .layer = 2, .trial = 5};

std::vector<float> plain(std::uint64_t key, std::uint64_t first, std::size_t count) {
  std::vector<float> normals(count);
  Stream(key, kMovedAddress).normals(first, normals);
  return normals;
}

std::vector<float> drawn(const Lineage& lineage, std::uint64_t first, std::size_t count) {
  std::vector<float> normals(count);
  MovedStream(lineage, kMovedAddress).normals(first, normals);
  return normals;
}

TEST(Lineage, AKeyAloneIsAPlainChip) {
  EXPECT_EQ(drawn(7, 3, 500), plain(7, 3, 500));
}

TEST(Lineage, MovesAreMadeInTheirOrder) {
  const std::vector<float> z = plain(7, 0, 5000), one = plain(8, 0, 5000), two = plain(9, 0, 5000);
  const std::vector<float> moved = drawn({7, {{8, 0.8F, 0.6F}, {9, 0.6F, 0.8F}}}, 0, 5000);
  for (std::size_t i = 0; i < z.size(); ++i)
    ASSERT_EQ(moved[i], std::fma(0.6F, std::fma(0.8F, z[i], 0.6F * one[i]), 0.8F * two[i])) << i;
}

TEST(Lineage, APartHasTheBitsOfTheWhole) {
  const Lineage lineage{7, {{8, 0.8F, 0.6F}}};
  const std::vector<float> whole = drawn(lineage, 0, 3000), part = drawn(lineage, 1100, 900);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 1100));
}

// Sum of squares of 200,000 normals: chi-square, sd of the mean sqrt(2 / 200,000) = .0032; six of them are .019.
TEST(Lineage, MovedNormalsAreStandard) {
  const std::vector<float> moved = drawn({7, {{8, 0.8F, 0.6F}, {9, 0.28F, 0.96F}, {10, 0.6F, 0.8F}}}, 0, 200000);
  double sum = 0, squares = 0;
  for (const float z : moved) {
    sum += z;
    squares += static_cast<double>(z) * z;
  }
  EXPECT_NEAR(sum / 200000, 0, 0.0134);
  EXPECT_NEAR(squares / 200000, 1, 0.019);
}

}  // namespace lineage_test
}  // namespace ohmcarlo
