#include "exchange/torch_names.hpp"

#include <gmock/gmock.h>

#include "exchange/weights.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"
#include "scratch.hpp"

namespace ohmcarlo::test {
namespace torch_names_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An array of the numbers `first`, `first` + 1 ...
NamedArray counted(const std::string& name, std::vector<std::size_t> shape, float first) {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  NamedArray array{name, std::move(shape), {}};
  for (std::size_t i = 0; i < count; ++i) array.values.push_back(first + static_cast<float>(i));
  return array;
}

NetworkSpec small() {
  const std::vector<std::string> layers = {"conv 2 size 2", "norm", "relu", "dense 3", "norm", "dense classes"};
  return build_network({1, 3, 3}, 2, layers);
}

TEST(TorchNames, ModulesAreTheLayersInTheirOrder) {
  const NetworkSpec spec = small();
  const WeightsFile file{
      "w.npz",
      "",
      {counted("features.0.weight", {2, 1, 2, 2}, 1), counted("features.0.bias", {2}, 10),
       counted("features.1.weight", {2}, 20), counted("features.1.bias", {2}, 30),
       counted("features.1.running_mean", {2}, 40), counted("features.1.running_var", {2}, 50),
       counted("features.1.num_batches_tracked", {}, 9), counted("fc1.weight", {3, 8}, 60),
       counted("fc1.bias", {3}, 90), counted("bn.running_mean", {3}, 100), counted("bn.running_var", {3}, 110),
       counted("bn.weight", {3}, 120), counted("bn.bias", {3}, 130), counted("fc2.weight", {2, 3}, 140),
       counted("fc2.bias", {2}, 150)}};
  const NetworkState<float> state = from_weights(spec, file);
  EXPECT_EQ(state.parameters[0].weights(1, 3), 8);
  EXPECT_EQ(state.parameters[0].bias(1), 11);
  EXPECT_EQ(state.parameters[1].weights(0, 0), 60);
  EXPECT_EQ(state.parameters[2].bias(0), 150);
  EXPECT_EQ(state.normalisations.parameters[0].gamma(0), 20);
  EXPECT_EQ(state.normalisations.parameters[1].beta(2), 132);
  EXPECT_EQ(state.normalisations.running[0].mean(1), 41);
  EXPECT_EQ(state.normalisations.running[1].variance(0), 110);
  EXPECT_EQ(with_our_names(spec, file.arrays).note,
            "names of torch: conv1 is features.0, dense1 is fc1, dense2 is fc2, norm1 is features.1, norm2 is bn; "
            "num_batches_tracked is not needed");
}

TEST(TorchNames, AModuleThatIsCalledAsALayerIsThatLayer) {
  const NetworkSpec spec = chain_of({dense("dense1", 2, 2), dense("dense2", 2, 2)}, 2, 2);
  const WeightsFile file{"w.npz",
                         "",
                         {counted("dense2.weight", {2, 2}, 1), counted("dense2.bias", {2}, 5),
                          counted("other.weight", {2, 2}, 7), counted("other.bias", {2}, 0)}};
  const NetworkState<float> state = from_weights(spec, file);
  EXPECT_EQ(state.parameters[1].weights(0, 0), 1);
  EXPECT_EQ(state.parameters[1].bias(1), 6);
  EXPECT_EQ(state.parameters[0].weights(0, 0), 7);
}

TEST(TorchNames, AnLstmHasBothItsMatricesSideBySide) {
  const NetworkSpec spec = chain_of({lstm("lstm1", {1, 1, 1}, 1), dense("dense1", 1, 2)}, 1, 2);
  const WeightsFile file{"w.npz",
                         "",
                         {counted("rnn.weight_ih_l0", {4, 1}, 1), counted("rnn.weight_hh_l0", {4, 1}, 11),
                          counted("rnn.bias_ih_l0", {4}, 21), counted("rnn.bias_hh_l0", {4}, 31),
                          counted("fc.weight", {2, 1}, 41), counted("fc.bias", {2}, 51)}};
  const LayerParameters<float> parameters = from_weights(spec, file).parameters[0];
  EXPECT_EQ(parameters.weights, (Matrix<float>(4, 2) << 1, 11, 2, 12, 3, 13, 4, 14).finished());
  EXPECT_THAT(std::vector<float>(parameters.bias.begin(), parameters.bias.end()), ElementsAre(52, 54, 56, 58));
}

TEST(TorchNames, WhatFindsNoLayerIsRefusedByItsName) {
  WeightsFile file{"w.npz", "", {counted("a.weight", {2, 2}, 1), counted("b.weight", {2, 2}, 1)}};
  const NetworkSpec one = chain_of({dense("dense1", 2, 2, false)}, 2, 2);
  EXPECT_THAT(error_of([&] { (void)from_weights(one, file); }, typeid(BadData)),
              HasSubstr("w.npz: no layer has the array 'b.weight'"));
  file.arrays = {counted("a.weight", {2, 3}, 1)};
  EXPECT_THAT(error_of([&] { (void)from_weights(one, file); }, typeid(BadData)),
              HasSubstr("w.npz: array 'dense1.weights' is of the shape [2, 3] (allowed: [2, 2])"));
}

TEST(TorchNames, OurOwnNamesStay) {
  const std::vector<NamedArray> ours = {counted("dense1.weights", {2, 2}, 1), counted("dense1.bias", {2}, 1)};
  const TranslatedArrays same = with_our_names(chain_of({dense("dense1", 2, 2)}, 2, 2), ours);
  EXPECT_EQ(same.note, "");
  EXPECT_EQ(same.arrays.size(), 2U);
}

}  // namespace torch_names_test
}  // namespace ohmcarlo::test
