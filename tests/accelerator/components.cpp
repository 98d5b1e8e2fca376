#include "accelerator/components.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace components_test {

TEST(Components, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const ComponentWord& word : component_words()) {
    EXPECT_TRUE(names.insert(word.name).second) << word.name;
    EXPECT_FALSE(word.unit.empty());
  }
  EXPECT_EQ(component_words()[static_cast<std::size_t>(Component::rectifier)].name, "rectifier");
}

// 130 nm modules draw 13 to 16 times as much as those of 32 nm, but for the crossbar.
TEST(Components, AreKnownFor32And130Nanometres) {
  ASSERT_EQ(component_tables().size(), 2U);
  const ComponentTable &small = component_tables()[0].table, &large = component_tables()[1].table;
  EXPECT_EQ(component_tables()[0].word, "32nm");
  EXPECT_EQ(component_tables()[1].word, "130nm");
  EXPECT_EQ(small.of(Component::adc).power_mw, 2);
  EXPECT_EQ(small.of(Component::crossbar).power_mw, 0.3);
  EXPECT_EQ(small.of(Component::output_buffer).power_mw, 0.23);
  EXPECT_EQ(large.of(Component::crossbar).area_mm2, 0.021312);
  for (std::size_t i = 0; i < kComponents; ++i) {
    EXPECT_GT(small.costs[i].area_mm2, 0) << component_words()[i].name;
    const double ratio = large.costs[i].power_mw / small.costs[i].power_mw;
    EXPECT_NEAR(ratio, i == static_cast<std::size_t>(Component::crossbar) ? 144 : 14.5, 1.6)
        << component_words()[i].name;
  }
  EXPECT_EQ(small.read_ns, 100);
  EXPECT_EQ(large.read_ns, 100);
}

}  // namespace components_test
}  // namespace ohmcarlo
