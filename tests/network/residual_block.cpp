// Networks whose layers take the outputs of others than the one before: residual blocks.

#include <algorithm>

#include "network/architecture.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"
#include "network/network.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace residual_block_test {

using gradients::expect_derivatives;
using gradients::fill;

NetworkState<double> some_state(const NetworkSpec& spec) {
  NetworkState<double> state{zero_parameters<double>(spec), initial_normalisations<double>(spec)};
  std::uint32_t seed = 100;
  for (LayerParameters<double>& layer : state.parameters) {
    fill(layer.weights, ++seed);
    layer.weights /= std::sqrt(static_cast<double>(layer.weights.cols()));
    fill(layer.bias, ++seed);
  }
  for (NormalisationParameters<double>& norm : state.normalisations.parameters) {
    fill(norm.gamma, ++seed);
    fill(norm.beta, ++seed);
  }
  for (RunningStatistics<double>& running : state.normalisations.running) {
    fill(running.mean, ++seed);
    fill(running.variance, ++seed);
    running.variance = running.variance.cwiseAbs();
  }
  const std::vector<Node> layers = spec.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (!layers[i].biased()) state.parameters[i].bias.setZero();
  return state;
}

/// Both kinds of residual block, normalisations and dropout. Rectifiers become tanh: no step crosses a kink.
NetworkSpec smooth_network() {
  NetworkSpec spec = build_network(
      {2, 5, 5}, 3,
      std::vector<std::string>{"conv 3 padding 1", "norm", "relu", "residual 3", "residual 4 stride 2", "dropout 0.25",
                               "flatten", "dense 5", "norm", "tanh", "dropout 0.5", "dense classes"});
  for (Node& layer : spec.layers)
    if (layer.operation->kind() == "relu")
      layer.operation = activation("tanh", layer.name, layer.in().planes).operation;
  return spec;
}

TEST(Branches, EveryParametersGradientMatchesFiniteDifferences) {
  const NetworkSpec spec = smooth_network();
  const Network<double> network(spec);
  NetworkState<double> state = some_state(spec);
  Matrix<double> x(4, spec.inputs), grad_logits(4, 3);
  fill(x, 1);
  const std::vector<Label> labels = {0, 1, 2, 1};
  Activations<double> activations;
  for (const bool training : {true, false}) {
    SCOPED_TRACE(training ? "training" : "evaluation");
    std::optional<DropoutUse> dropout;
    if (training) dropout = DropoutUse{5, {.purpose = Purpose::dropout, .event = 3}};
    const auto uses = [&] { return training ? state.normalisations.trained(false) : state.normalisations.evaluated(); };
    const auto loss = [&] {
      const MatrixPass<double> pass(state.parameters, uses(), dropout);
      return softmax_cross_entropy<double>(network.forward(x, pass.weights(), activations), labels, grad_logits);
    };
    (void)loss();
    NetworkGradient<double> gradient = zero_gradient<double>(spec);
    const MatrixPass<double> pass(state.parameters, uses(), dropout);
    network.backward(x, pass.weights(), activations, grad_logits, gradient);
    const std::vector<Node> layers = spec.weight_layers();
    ASSERT_EQ(layers.size(), 8U);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      SCOPED_TRACE(layers[i].name);
      LayerParameters<double>& own = state.parameters[i];
      expect_derivatives(own.weights.data(), own.weights.size(), gradient.parameters[i].weights.data(), loss);
      if (layers[i].biased())
        expect_derivatives(own.bias.data(), own.bias.size(), gradient.parameters[i].bias.data(), loss);
      EXPECT_GT(gradient.parameters[i].weights.cwiseAbs().maxCoeff(), 1e-4) << "something is learnt";
    }
    const std::vector<Node> norms = spec.normalisation_layers();
    for (std::size_t i = 0; i < norms.size(); ++i) {
      SCOPED_TRACE(norms[i].name);
      NormalisationParameters<double>& own = state.normalisations.parameters[i];
      expect_derivatives(own.gamma.data(), own.gamma.size(), gradient.normalisations[i].gamma.data(), loss);
      expect_derivatives(own.beta.data(), own.beta.size(), gradient.normalisations[i].beta.data(), loss);
    }
  }
}

/// Feature maps of one image, by loops: what a residual block is, written down again.
struct Maps {
  Index channels, size;
  std::vector<double> values;
  [[nodiscard]] double at(Index channel, Index row, Index column) const {
    if (row < 0 || column < 0 || row >= size || column >= size) return 0;
    return values[static_cast<std::size_t>((channel * size + row) * size + column)];
  }
};

/// Everything that carries this name in a network.
struct Named {
  const NetworkSpec& spec;
  const NetworkState<double>& state;

  [[nodiscard]] static std::size_t place(const std::vector<Node>& layers, const std::string& name) {
    const auto found = std::ranges::find(layers, name, &Node::name);
    if (found == layers.end()) throw std::logic_error("no layer " + name);
    return static_cast<std::size_t>(found - layers.begin());
  }
  [[nodiscard]] Maps convolved(const std::string& name, const Maps& x, Index size, Index stride, Index padding) const {
    const Matrix<double>& weights = state.parameters[place(spec.weight_layers(), name)].weights;
    Maps y{weights.rows(), (x.size + 2 * padding - size) / stride + 1, {}};
    for (Index o = 0; o < y.channels; ++o)
      for (Index r = 0; r < y.size; ++r)
        for (Index c = 0; c < y.size; ++c) {
          double sum = 0;
          for (Index i = 0; i < x.channels; ++i)
            for (Index a = 0; a < size; ++a)
              for (Index b = 0; b < size; ++b)
                sum +=
                    weights(o, (i * size + a) * size + b) * x.at(i, r * stride + a - padding, c * stride + b - padding);
          y.values.push_back(sum);
        }
    return y;
  }
  [[nodiscard]] Maps normalised(const std::string& name, Maps x) const {
    const std::size_t i = place(spec.normalisation_layers(), name);
    const auto& [gamma, beta] = state.normalisations.parameters[i];
    const auto& [mean, variance] = state.normalisations.running[i];
    for (std::size_t k = 0; k < x.values.size(); ++k) {
      const Index c = static_cast<Index>(k) / (x.size * x.size);
      x.values[k] = (x.values[k] - mean(c)) / std::sqrt(variance(c) + 1e-5) * gamma(c) + beta(c);
    }
    return x;
  }
};

Maps rectified(Maps x) {
  for (double& value : x.values) value = std::max(value, 0.0);
  return x;
}

Maps sum(Maps x, const Maps& y) {
  EXPECT_EQ(x.values.size(), y.values.size());
  for (std::size_t k = 0; k < x.values.size(); ++k) x.values[k] += y.values[k];
  return x;
}

TEST(ResidualBlock, IsTwoConvolutionsAndWhatGoesAroundThem) {
  struct Case {
    std::string text;
    Index channels, stride;
    bool shortcut;
  };
  for (const Case& c : {Case{"residual 3", 3, 1, false}, Case{"residual 5", 5, 1, true},
                        Case{"residual 3 stride 2", 3, 2, true}, Case{"residual 4 stride 2", 4, 2, true}}) {
    SCOPED_TRACE(c.text);
    // The rectifier in front passes inputs on as they are, if none is negative.
    const NetworkSpec spec =
        build_network({3, 5, 5}, 2, std::vector<std::string>{"relu", c.text, "flatten", "dense classes"});
    const NetworkState<double> state = some_state(spec);
    Matrix<double> x(2, spec.inputs);
    fill(x, 9);
    x = x.cwiseAbs().eval();
    Activations<double> activations;
    const MatrixPass<double> pass(state.parameters, state.normalisations.evaluated());
    (void)Network<double>(spec).forward(x, pass.weights(), activations);
    const Matrix<double>& block = activations[spec.layers.size() - 3];

    const Named named{spec, state};
    for (Index image = 0; image < 2; ++image) {
      const Maps in{3, 5, {x.row(image).data(), x.row(image).data() + spec.inputs}};
      const Maps first =
          rectified(named.normalised("block1.norm1", named.convolved("block1.conv1", in, 3, c.stride, 1)));
      const Maps second = named.normalised("block1.norm2", named.convolved("block1.conv2", first, 3, 1, 1));
      const Maps around =
          c.shortcut ? named.normalised("block1.shortcut-norm", named.convolved("block1.shortcut", in, 1, c.stride, 0))
                     : in;
      const Maps expected = rectified(sum(second, around));
      ASSERT_EQ(static_cast<Index>(expected.values.size()), block.cols());
      for (Index k = 0; k < block.cols(); ++k)
        ASSERT_NEAR(block(image, k), expected.values[static_cast<std::size_t>(k)], 1e-12) << k;
    }
    EXPECT_GT(block.maxCoeff(), 0);
    EXPECT_EQ(block.minCoeff(), 0);
  }
}

TEST(Branches, AreRefusedWhereTheyDoNotFit) {
  const NetworkSpec whole =
      build_network({3, 4, 4}, 2, std::vector<std::string>{"relu", "residual 3", "flatten", "dense classes"});
  const auto refusal = [](const NetworkSpec& spec) -> std::string {
    try {
      spec.check_graph();
    } catch (const Error& error) {
      EXPECT_TRUE(typeid(error) == typeid(BadUsage));
      return error.what();
    }
    return "";
  };
  const std::size_t add = Named::place(whole.layers, "block1.add1");
  EXPECT_EQ(refusal(whole), "");
  NetworkSpec spec = whole;
  spec.layers[1].inputs = {4};
  EXPECT_EQ(refusal(spec), "layer block1.conv1: it takes the outputs of a layer that comes later");
  spec = whole;
  spec.layers[add].inputs[1] = add;
  EXPECT_EQ(refusal(spec), "layer block1.add1: it takes the outputs of a layer that comes later");
  spec = whole;
  spec.layers[add].inputs.pop_back();
  EXPECT_EQ(refusal(spec), "layer block1.add1: it has 1 inputs (allowed: 2)");
  spec = whole;
  spec.layers[2].inputs.push_back(0);
  EXPECT_EQ(refusal(spec), "layer block1.norm1: it has 2 inputs (allowed: 1)");
  spec = build_network({3, 4, 4}, 2, std::vector<std::string>{"relu", "conv 2 padding 1", "flatten", "dense classes"});
  spec.layers.insert(spec.layers.begin() + 2, addition("add1", {2, 4, 4}, 1, 0));
  EXPECT_EQ(refusal(spec), "layer add1: it takes 32 features, but relu1 gives 48");
}

}  // namespace residual_block_test
}  // namespace ohmcarlo
