// The flatten operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace flatten_test {

const Planes kMaps{3, 2, 5};

TEST(FlattenLayer, ChangesNothingButTheShape) {
  gradients::LayerTrial trial(flatten("flatten1", kMaps));
  EXPECT_EQ(trial.forward(), trial.x);
  EXPECT_EQ(trial.backward(), trial.factors);
}

TEST(FlattenLayer, GivesFeaturesWithoutPlanes) {
  const Node node = flatten("flatten1", kMaps);
  EXPECT_EQ(node.in().planes, kMaps);
  EXPECT_EQ(node.out(), FeatureShape::of_features(30));
  gradients::LayerTrial(node).expect_gradients();
}

}  // namespace flatten_test
}  // namespace ohmcarlo
