#include "network/layer_specs.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {
namespace {

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

TEST(ConvolutionSpec, KnowsShapesParametersAndMultiplications) {
  const LayerSpec first = convolution("conv1", {3, 32, 32}, 64, {3, 1, 1});
  EXPECT_EQ(first.inputs, 3072);
  EXPECT_EQ(first.out, (Planes{64, 32, 32}));
  EXPECT_EQ(first.outputs, 65536);
  EXPECT_EQ(first.weight_outputs(), 64);
  EXPECT_EQ(first.weight_inputs(), 27);
  EXPECT_EQ(first.parameters(), 64 * 28);
  EXPECT_EQ(first.macs(), 1024 * 64 * 27);
  const LayerSpec grouped = convolution("conv2", {64, 9, 8}, 32, {5, 2, 0}, 4, false);
  EXPECT_EQ(grouped.out, (Planes{32, 3, 2}));
  EXPECT_EQ(grouped.weight_inputs(), 16 * 25);
  EXPECT_EQ(grouped.parameters(), 32 * 16 * 25);
  EXPECT_EQ(grouped.macs(), 6 * 32 * 16 * 25);
}

TEST(PoolingSpecs, KnowTheirShapes) {
  const LayerSpec pool = max_pooling("pool1", {6, 7, 8}, {2, 2, 0});
  EXPECT_EQ(pool.out, (Planes{6, 3, 4}));
  EXPECT_EQ(pool.parameters(), 0);
  EXPECT_EQ(pool.macs(), 0);
  EXPECT_EQ(average_pooling("pool2", {6, 7, 8}, {3, 2, 1}).out, (Planes{6, 4, 4}));
  EXPECT_EQ(global_average_pooling("pool3", {6, 7, 8}).outputs, 6);
}

TEST(LayerSpecs, RefuseImpossibleShapesAndNameTheLayer) {
  const Planes in{6, 4, 5};
  expect_refused(
      [&] {
        return convolution("conv1", in, 8, {7, 1, 1});
      },
      "layer conv1: a window of size 7 does not fit");
  expect_refused([&] { return convolution("conv2", in, 8, {0, 1, 0}); }, "layer conv2: a window of size 0");
  expect_refused([&] { return convolution("conv3", in, 8, {3, 0, 0}); }, "layer conv3");
  expect_refused([&] { return convolution("conv4", in, 8, {3, 1, -1}); }, "layer conv4");
  expect_refused([&] { return convolution("conv5", in, 0, {3, 1, 0}); }, "layer conv5: 0 channels out");
  expect_refused([&] { return convolution("conv6", in, 8, {3, 1, 0}, 4); }, "layer conv6: 4 groups for 6 channels in");
  expect_refused([&] { return convolution("conv7", in, 8, {3, 1, 0}, 3); }, "layer conv7: 3 groups");
  expect_refused([&] { return convolution("conv8", in, 8, {3, 1, 0}, 0); }, "layer conv8: 0 groups");
  expect_refused([&] { return convolution("conv9", {0, 4, 5}, 8, {3, 1, 0}); }, "layer conv9: planes of 0 x 4 x 5");
  expect_refused([&] { return max_pooling("pool1", in, {5, 1, 0}); }, "layer pool1: a window of size 5 does not fit");
  expect_refused([&] { return average_pooling("pool2", in, {3, 1, 2}); }, "layer pool2: padding 2");
  expect_refused([&] { return global_average_pooling("pool3", {3, 0, 1}); }, "layer pool3");
  expect_refused([&] { return dense("dense1", 0, 3); }, "layer dense1");
}

/// A small network with every kind of layer that has no state.
NetworkSpec small_network() {
  NetworkSpec spec{{}, 2 * 6 * 6, 3};
  spec.layers.push_back(convolution("conv1", {2, 6, 6}, 4, {3, 1, 1}));
  spec.layers.push_back(activation(LayerKind::tanh, "tanh1", spec.layers.back().out));
  spec.layers.push_back(max_pooling("pool1", spec.layers.back().out, {2, 2, 0}));
  spec.layers.push_back(convolution("conv2", spec.layers.back().out, 6, {2, 1, 0}, 2, false));
  spec.layers.push_back(activation(LayerKind::sigmoid, "sigmoid1", spec.layers.back().out));
  spec.layers.push_back(average_pooling("pool2", spec.layers.back().out, {2, 1, 1}));
  spec.layers.push_back(flatten("flatten1", spec.layers.back().out));
  spec.layers.push_back(dense("dense1", spec.layers.back().outputs, 3));
  return spec;
}

TEST(NetworkSpec, RefusesLayersThatDoNotFitEachOther) {
  NetworkSpec spec = small_network();
  EXPECT_NO_THROW(spec.check_chain());
  spec.layers[4].inputs += 1;
  expect_refused([&] { return Network<float>(spec).spec(); },
                 "layer sigmoid1: it takes 25 features, but conv2 gives 24");
  spec = small_network();
  spec.layers[2] = max_pooling("pool1", {4, 4, 9}, {2, 2, 0});
  expect_refused([&] { return Network<float>(spec).spec(); },
                 "layer pool1: it takes planes 4 x 4 x 9, but tanh1 gives 4 x 6 x 6");
  spec = small_network();
  spec.classes = 4;
  expect_refused([&] { return Network<float>(spec).spec(); }, "gives 3 features, but has 4 classes");
}

/// The smallest distance between the largest and the second value under any window of 2 x 2 cells side by side.
double narrowest_win(const Matrix<double>& x, const LayerSpec& pool) {
  double narrowest = 1e9;
  for (Index i = 0; i < x.rows(); ++i)
    for (Index cell = 0; cell < x.cols(); cell += 2) {
      if (cell / pool.in.width % 2 != 0) continue;
      double window[] = {x(i, cell), x(i, cell + 1), x(i, cell + pool.in.width), x(i, cell + pool.in.width + 1)};
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

}  // namespace
}  // namespace ohmcarlo
