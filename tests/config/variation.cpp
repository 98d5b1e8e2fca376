#include "config/variation.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace variation_test {

TEST(Hardware, LawsOfTheVariation) {
  const auto variation = [](const std::string& more) { return arrays_of(kArrays + more).cells.variation; };
  const std::string range = "g_min = 1e-6\ng_max = 5e-5\n";
  EXPECT_EQ(variation("").law, VariationLaw::gaussian);
  EXPECT_EQ(variation(range + "variation.model = \"proportional\"\n").law, VariationLaw::proportional);
  EXPECT_EQ(variation(range + "variation.model = \"lognormal\"\nvariation.sigma = 0.5\n").sigma, 0.5);
  const CellVariation fitted = variation(range + "variation.model = \"polynomial\"\nvariation.scale = 2.0\n");
  EXPECT_EQ(fitted.law, VariationLaw::polynomial);
  EXPECT_EQ(fitted.fit.scale, 2);
  EXPECT_EQ(fitted.fit.largest, FittedSd{}.largest);
  const CellVariation own = variation(kCells.substr(kArrays.size()) +
                                      "variation.model = \"polynomial\"\nvariation.coefficients = [1, 0.5, 0]\n");
  EXPECT_EQ(own.fit.c0, 1);
  EXPECT_EQ(own.fit.c1, 0.5);
  EXPECT_EQ(own.fit.c2, 0);
  const CellVariation table = variation(range + kTableSettings + file_with("a.csv", kLevels) + "\"\n");
  EXPECT_EQ(table.law, VariationLaw::table);
  EXPECT_THAT(table.levels.mean, ElementsAre(1e-6, 4e-5, 7e-5, 1e-4));
  EXPECT_THAT(table.levels.sd, ElementsAre(0, 1e-7, 1e-7, 2e-7));
}

}  // namespace variation_test
}  // namespace ohmcarlo
