#include "device/variation_laws.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace variation_laws_test {

constexpr CellRange kFromZero{.g_min = 0, .g_max = 30e-6, .top = 3};
constexpr CellRange kFromFive{.g_min = 5e-6, .g_max = 35e-6, .top = 3};  // levels as far apart

CellVariation variation_of(VariationLaw law, const CellRange& range) {
  CellVariation variation{.law = law, .sigma = 0.1, .band_factor = 2};
  for (int level = 0; level <= range.top; ++level) {
    variation.levels.mean.push_back(range.siemens(level));
    variation.levels.sd.push_back(0.1 * range.siemens(level) + 1e-7);
  }
  return variation;
}

/// What cells of levels 0, 1, 2, 3 become if all draw the normal z.
std::vector<float> realised(VariationLaw law, const CellRange& range, float z) {
  const std::vector<float> targets{0, 1, 2, 3}, normals(4, z);
  std::vector<float> levels(4);
  CellLaw(variation_of(law, range), range).apply(targets, normals, levels);
  return levels;
}

TEST(VariationLaws, HaveOneRowAndOneWordEach) {
  std::set<VariationLaw> laws;
  std::set<std::string_view> words;
  for (const VariationLawRow& row : variation_laws()) {
    laws.insert(row.law);
    words.insert(row.word);
    EXPECT_EQ(&variation_law(row.law), &row);
  }
  EXPECT_EQ(laws.size(), variation_laws().size());
  EXPECT_EQ(words.size(), variation_laws().size());
  EXPECT_EQ(laws.size(), 6U);
}

TEST(VariationLaws, SayWhetherErrorsDependOnTheConductance) {
  for (const VariationLawRow& row : variation_laws()) {
    const std::vector<float> a = realised(row.law, kFromZero, 1), b = realised(row.law, kFromFive, 1);
    EXPECT_EQ(a != b, row.depends_on_conductance) << row.word;
  }
}

TEST(VariationLaws, SayWhetherSigmaIsTheSizeOfErrors) {
  for (const VariationLawRow& row : variation_laws()) {
    CellVariation none = variation_of(row.law, kFromFive);
    none.sigma = 0;
    EXPECT_EQ(CellLaw(none, kFromFive).exact(), row.has_sigma()) << row.word;
  }
}

// Errors of a law that is relative to full scale are as large, in levels, whatever the ends of the range are.
TEST(VariationLaws, AreRelativeToFullScaleIfSigmaAloneDecides) {
  std::set<std::string_view> relative;
  for (const VariationLawRow& row : variation_laws())
    if (is_relative_to_full_scale(row)) relative.insert(row.word);
  EXPECT_EQ(relative, (std::set<std::string_view>{"gaussian", "banded"}));
}

TEST(VariationLaws, SayWhetherACellMayConductLessThanNothing) {
  for (const VariationLawRow& row : variation_laws()) {
    const std::vector<float> levels = realised(row.law, kFromFive, -40);
    const double lowest = kFromFive.siemens(*std::ranges::min_element(levels));
    EXPECT_EQ(lowest < -1e-9, row.may_conduct_below_nothing) << row.word << ": " << lowest;
  }
}

}  // namespace variation_laws_test
}  // namespace ohmcarlo
