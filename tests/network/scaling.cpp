// The scaling operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace scaling_test {

Vector<float> numbers(std::initializer_list<float> values) {
  Vector<float> vector(static_cast<Index>(values.size()));
  std::ranges::copy(values, vector.begin());
  return vector;
}

TEST(Scaling, HasANumberAChannelOrAFeature) {
  gradients::LayerTrial channels(scaling("scale1", {2, 1, 2}, numbers({2, -3}), numbers({0.5F, 1})), 1);
  channels.x << 1, 2, 3, 4;
  EXPECT_EQ(channels.forward(), (Matrix<double>(1, 4) << 2.5, 4.5, -8, -11).finished());
  channels.expect_gradients();
  gradients::LayerTrial features(scaling("scale1", {1, 1, 3}, numbers({1, 2, 4}), numbers({0, 1, 0})), 1);
  features.x << 1, 2, 3;
  EXPECT_EQ(features.forward(), (Matrix<double>(1, 3) << 1, 5, 12).finished());
  features.expect_gradients();
}

TEST(Scaling, ChipsSideBySideAreScaledAlike) {
  const Node node = scaling("scale1", {2, 1, 1}, numbers({2, 3}), numbers({0, 1}));
  const Matrix<double> x = (Matrix<double>(1, 4) << 1, 1, 5, 7).finished();
  Matrix<double> y(1, 4);
  const View<const double> in = x;
  make_kernel<double>(*node.operation)->forward({.inputs = {&in, 1}}, y);
  EXPECT_EQ(y, (Matrix<double>(1, 4) << 2, 4, 10, 22).finished());
}

TEST(Scaling, TwoAreJoinedToOne) {
  const Node of_channels = scaling("scale1", {2, 1, 2}, numbers({2, 4}), numbers({1, 0}));
  const Node of_features = scaling("scale2", {2, 1, 2}, numbers({1, 2, 3, 4}), numbers({0, 0, 5, 0}));
  EXPECT_TRUE(is_scaling(of_channels));
  EXPECT_FALSE(is_scaling(flatten("flatten1", {2, 1, 2})));
  gradients::LayerTrial joined(joined_scaling(of_channels, of_features), 1);
  joined.x << 1, 1, 1, 1;
  EXPECT_EQ(joined.forward(), (Matrix<double>(1, 4) << 3, 6, 17, 16).finished());
  gradients::LayerTrial turned(joined_scaling(of_features, of_channels), 1);
  turned.x << 1, 1, 1, 1;
  EXPECT_EQ(turned.forward(), (Matrix<double>(1, 4) << 3, 5, 32, 16).finished());
}

}  // namespace scaling_test
}  // namespace ohmcarlo
