#include "network/graph.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace graph_test {

/// Expects an Error of exit status 2 whose text holds `words`.
template <class Make>
void expect_refused(const Make& make, const char* words) {
  try {
    (void)make();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_THAT(error.what(), testing::HasSubstr(words));
  }
}

/// A small network with every kind of layer that has no state.
NetworkSpec small_network() {
  NetworkSpec spec{{}, 2 * 6 * 6, 3};
  spec.add(convolution("conv1", {2, 6, 6}, 4, {3, 1, 1}));
  spec.add(activation("tanh", "tanh1", spec.layers.back().out().planes));
  spec.add(max_pooling("pool1", spec.layers.back().out().planes, {2, 2, 0}));
  spec.add(convolution("conv2", spec.layers.back().out().planes, 6, {2, 1, 0}, 2, false));
  spec.add(activation("sigmoid", "sigmoid1", spec.layers.back().out().planes));
  spec.add(average_pooling("pool2", spec.layers.back().out().planes, {2, 1, 1}));
  spec.add(flatten("flatten1", spec.layers.back().out().planes));
  spec.add(dense("dense1", spec.layers.back().out().features, 3));
  return spec;
}

TEST(NetworkSpec, RefusesLayersThatDoNotFitEachOther) {
  NetworkSpec spec = small_network();
  EXPECT_NO_THROW(spec.check_graph());
  spec.layers[4].operation = activation("sigmoid", "sigmoid1", {1, 5, 5}).operation;
  expect_refused([&] { return Network<float>(spec).spec(); },
                 "layer sigmoid1: it takes 25 features, but conv2 gives 24");
  spec = small_network();
  spec.layers[2].operation = max_pooling("pool1", {4, 4, 9}, {2, 2, 0}).operation;
  expect_refused([&] { return Network<float>(spec).spec(); },
                 "layer pool1: it takes planes 4 x 4 x 9, but tanh1 gives 4 x 6 x 6");
  spec = small_network();
  spec.classes = 4;
  expect_refused([&] { return Network<float>(spec).spec(); }, "gives 3 features, but has 4 classes");
}

/// The smallest distance between the largest and the second value under any window of 2 x 2 cells side by side.
double narrowest_win(const Matrix<double>& x, const Node& pool) {
  double narrowest = 1e9;
  for (Index i = 0; i < x.rows(); ++i)
    for (Index cell = 0; cell < x.cols(); cell += 2) {
      if (cell / pool.in().planes.width % 2 != 0) continue;
      double window[] = {x(i, cell), x(i, cell + 1), x(i, cell + pool.in().planes.width),
                         x(i, cell + pool.in().planes.width + 1)};
      std::sort(std::begin(window), std::end(window));
      narrowest = std::min(narrowest, window[3] - window[2]);
    }
  return narrowest;
}

TEST(Network, OfConvolutionsGradientsMatchFiniteDifferences) {
  const NetworkSpec spec = small_network();
  const Network<double> network(spec);
  Parameters<double> parameters = zero_parameters<double>(spec);
  std::uint32_t seed = 10;
  for (LayerParameters<double>& layer : parameters) {
    gradients::fill(layer.weights, ++seed);
    layer.weights /= 4;  // no activation saturates
    if (layer.bias.size() != 6) gradients::fill(layer.bias, ++seed);
  }
  Matrix<double> x(3, spec.inputs), grad_logits(3, 3);
  gradients::fill(x, 1);
  const std::vector<Label> labels = {0, 1, 2};
  Activations<double> activations;
  const auto loss = [&] {
    const MatrixPass<double> pass(parameters);
    return softmax_cross_entropy<double>(network.forward(x, pass.weights(), activations), labels, grad_logits);
  };
  // The first inputs with which no step changes which value of a window is the largest.
  (void)loss();
  for (std::uint32_t tries = 2; narrowest_win(activations[1], spec.layers[2]) < 5e-4; ++tries) {
    ASSERT_LT(tries, 100U);
    gradients::fill(x, tries);
    (void)loss();
  }
  NetworkGradient<double> gradients = zero_gradient<double>(spec);
  const Parameters<double>& gradient = gradients.parameters;
  network.backward(x, MatrixPass<double>(parameters).weights(), activations, grad_logits, gradients);
  ASSERT_EQ(gradient.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    SCOPED_TRACE("weight layer " + std::to_string(i + 1));
    gradients::expect_derivatives(parameters[i].weights.data(), parameters[i].weights.size(),
                                  gradient[i].weights.data(), loss);
    if (i != 1)
      gradients::expect_derivatives(parameters[i].bias.data(), parameters[i].bias.size(), gradient[i].bias.data(),
                                    loss);
  }
  EXPECT_EQ(gradient[1].bias.cwiseAbs().maxCoeff(), 0);
}

}  // namespace graph_test
}  // namespace ohmcarlo
