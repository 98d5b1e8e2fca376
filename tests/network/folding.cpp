// Folding of networks with branches; that of one layer is tested with the normalisation.
#include "network/folding.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "network/architecture.hpp"
#include "network/gradients.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace folding_test {

NetworkState<double> some_state(const NetworkSpec& spec) {
  NetworkState<double> state{zero_parameters<double>(spec), initial_normalisations<double>(spec)};
  std::uint32_t seed = 200;
  for (LayerParameters<double>& layer : state.parameters) {
    gradients::fill(layer.weights, ++seed);
    layer.weights *= 2 / std::sqrt(static_cast<double>(layer.weights.cols()));
  }
  for (std::size_t i = 0; i < state.normalisations.parameters.size(); ++i) {
    gradients::fill(state.normalisations.parameters[i].gamma, ++seed);
    gradients::fill(state.normalisations.parameters[i].beta, ++seed);
    gradients::fill(state.normalisations.running[i].mean, ++seed);
    gradients::fill(state.normalisations.running[i].variance, ++seed);
    state.normalisations.running[i].variance = state.normalisations.running[i].variance.cwiseAbs();
  }
  return state;
}

TEST(Folding, OfAResNetChangesNothing) {
  const NetworkSpec spec = build_network({3, 8, 8}, 10, named_layers("resnet18"), 0.0625);
  const NetworkState<double> state = some_state(spec);
  const Folded<double> folded = fold(spec, state);
  EXPECT_TRUE(folded.spec.normalisation_layers().empty());
  EXPECT_EQ(folded.spec.layers.size(), spec.layers.size() - 20);
  for (const Node& layer : folded.spec.weight_layers()) EXPECT_TRUE(layer.biased()) << layer.name;

  Matrix<double> x(5, spec.inputs);
  gradients::fill(x, 1);
  Activations<double> before, after;
  const MatrixPass<double> whole(state.parameters, state.normalisations.evaluated()), less(folded.parameters);
  const Matrix<double> logits = Network<double>(spec).forward(x, whole.weights(), before).map();
  const Matrix<double> same = Network<double>(folded.spec).forward(x, less.weights(), after).map();
  EXPECT_GT(logits.cwiseAbs().maxCoeff(), 1e-3);
  EXPECT_LT((logits - same).cwiseAbs().maxCoeff(), 1e-10 * logits.cwiseAbs().maxCoeff());
}

TEST(Folding, RefusesNormalisationsOfWhatOthersTakeToo) {
  const Planes planes{2, 3, 3};
  NetworkSpec spec = chain_of({convolution("conv1", planes, 2, {3, 1, 1}), batch_normalisation("norm1", planes),
                               addition("add1", planes, 1, 0)},
                              18, 18);
  const auto refusal = [&]() -> std::string {
    try {
      check_foldable(spec);
      EXPECT_NO_THROW((void)fold(spec, some_state(spec)));
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  };
  EXPECT_THAT(refusal(), testing::HasSubstr("layer norm1: it does not follow a weight layer of 2 channels"));
  spec.layers[2].inputs = {1, 1};
  EXPECT_EQ(refusal(), "nothing");
  spec.layers[1].operation = activation("relu", "relu1", planes).operation;
  spec.add(batch_normalisation("norm2", planes));
  EXPECT_THAT(refusal(), testing::HasSubstr("layer norm2"));
}

}  // namespace folding_test
}  // namespace ohmcarlo
