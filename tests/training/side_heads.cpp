#include "training/side_heads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "training/side_network.hpp"

namespace ohmcarlo {
namespace side_heads_test {

using synthetic::side_options;
using synthetic::small_convolutions;

TEST(SideHeads, StandBehindTheBackbone) {
  const NetworkSpec backbone = small_convolutions();
  const NetworkSpec spec = with_side_heads(backbone, side_options(0.5).irs);
  const std::vector<Node> layers = spec.weight_layers(), own = backbone.weight_layers();
  ASSERT_EQ(layers.size(), own.size() + 6);
  for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(layers[i].name, own[i].name);
  EXPECT_EQ(layers[3].weight_inputs(), 4 * 4 * 4);
  EXPECT_EQ(layers[5].weight_inputs(), 4 * 2 * 2);
  EXPECT_EQ(layers[7].weight_inputs(), 10);  // features without a shape are not pooled
  for (const std::size_t hidden : {3, 5, 7}) EXPECT_EQ(layers[hidden].out().features, 7);
  EXPECT_EQ(spec.classes, 3);
}

// Shapes of the authors' code: 2304, 2048 and 2304 features go into the heads of VGG-8.
TEST(SideHeads, OfVggHaveTheShapesOfTheAuthors) {
  const NetworkSpec vgg = build_network({3, 32, 32}, 10, named_layers("vgg8"), 1);
  const std::vector<Node> layers =
      with_side_heads(vgg, {.heads = {{"relu1", 6}, {"pool1", 4}, {"pool2", 3}}}).weight_layers();
  ASSERT_EQ(layers.size(), 8U + 6U);
  EXPECT_EQ(layers[8].weight_inputs(), 2304);
  EXPECT_EQ(layers[8].out().features, 512);
  EXPECT_EQ(layers[10].weight_inputs(), 2048);
  EXPECT_EQ(layers[12].weight_inputs(), 2304);
}

TEST(SideHeads, NameTheLayerThatIsNotThere) {
  try {
    (void)with_side_heads(small_convolutions(), {.heads = {{"relu9", 1}}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no layer \"relu9\""));
  }
}

}  // namespace side_heads_test
}  // namespace ohmcarlo
