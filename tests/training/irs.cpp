// Training with side heads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "chip/programming.hpp"
#include "network/architecture.hpp"
#include "network/loss.hpp"
#include "training/side_heads.hpp"
#include "training/side_network.hpp"

namespace ohmcarlo {
namespace irs_test {

using synthetic::same_bits;
using synthetic::side_options;
using synthetic::small_convolutions;

// The negative term apart, what is left is noise injection with the logits over heads + 1.
TEST(Irs, OfBetaZeroIsNoiseInjectionAtATemperature) {
  const NetworkSpec spec = small_convolutions();
  TrainingOptions cool = side_options(0);
  cool.method = MethodKind::noise_injection;
  cool.logit_scale = 4;
  cool.irs = {};
  const auto train = [&](const TrainingOptions& options) {
    return train_model(spec, options, synthetic::data(), {1, 0}, [] {});
  };
  const TrainedModel injected = train(cool), without = train(side_options(0));
  EXPECT_TRUE(same_bits(injected.state.parameters, without.state.parameters));
  EXPECT_EQ(injected.epochs[0].loss, without.epochs[0].loss);
  EXPECT_EQ(injected.epochs[0].validation_accuracy, without.epochs[0].validation_accuracy);
  const TrainedModel fed = train(side_options(0.5));
  EXPECT_EQ(fed.state.parameters.size(), spec.weight_layers().size());
  EXPECT_FALSE(same_bits(injected.state.parameters, fed.state.parameters));
}

/// The loss of the joint logits in double, worked out head by head without the joined network: the backbone's own
/// forward pass, then each head by hand.
struct JointLoss {
  NetworkSpec backbone = small_convolutions();
  TrainingOptions options = side_options(0.5);
  NetworkSpec joined = with_side_heads(backbone, options.irs);
  Matrix<float> x;
  std::vector<Label> labels;
  NetworkState<float> state{initial_parameters(joined, 1, 0), initial_normalisations<float>(joined)};

  JointLoss() {
    std::vector<std::uint32_t> first(12);
    std::iota(first.begin(), first.end(), 0U);
    gather(synthetic::data(), first, nullptr, x, labels);
  }

  [[nodiscard]] double loss(std::uint64_t step, std::size_t layer, Index index, double moved) const {
    Parameters<float> noisy = state.parameters;
    program_weights(options.noise, 1, {.purpose = Purpose::training_noise, .event = step * 16}, noisy);
    Parameters<double> all = zero_parameters<double>(joined);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].weights = noisy[i].weights.cast<double>();
    all[layer].weights.data()[index] += moved;
    const Parameters<double> own(all.begin(), all.begin() + 3);
    Normalisations<double> normalisations = initial_normalisations<double>(backbone);
    const MatrixPass<double> pass(own, normalisations.trained());
    const Network<double> network(backbone);
    Activations<double> activations;
    const Matrix<double> images = x.cast<double>();
    Matrix<double> sum = network.forward(images, pass.weights(), activations).map();
    const auto head = [&](std::size_t n, const Matrix<double>& seen) {
      const Matrix<double> hidden = (seen * all[3 + 2 * n].weights.transpose()).cwiseMax(0.0);
      sum -= options.irs.beta * std::pow(0.1, static_cast<double>(n)) * hidden * all[4 + 2 * n].weights.transpose();
    };
    head(0, pooled(activations[2], 6, 4));
    head(1, pooled(activations[3], 3, 2));
    head(2, activations[6]);
    sum /= 4;
    Matrix<double> unused(x.rows(), 3);
    return softmax_cross_entropy<double>(sum, labels, unused);
  }

  /// Means of parts of four channels of side x side cells.
  static Matrix<double> pooled(const Matrix<double>& maps, Index side, Index size) {
    Matrix<double> y(maps.rows(), 4 * size * size);
    for (Index image = 0; image < maps.rows(); ++image)
      for (Index feature = 0; feature < y.cols(); ++feature) {
        const Index down = feature / size % size, along = feature % size, channel = feature / (size * size);
        const Index top = down * side / size, left = along * side / size;
        const Index bottom = ((down + 1) * side + size - 1) / size, right = ((along + 1) * side + size - 1) / size;
        double sum = 0;
        for (Index row = top; row < bottom; ++row)
          for (Index column = left; column < right; ++column)
            sum += maps(image, (channel * side + row) * side + column);
        y(image, feature) = sum / static_cast<double>((bottom - top) * (right - left));
      }
    return y;
  }
};

TEST(Irs, TheGradientIsThatOfTheJointLoss) {
  JointLoss joint;
  const Network<float> network(joint.joined);
  const std::unique_ptr<Method> method = make_method(network, joint.options, {1, 0});
  NetworkGradient<float> gradient = zero_gradient<float>(joint.joined);
  NetworkState<float> moved = joint.state;
  EXPECT_NEAR(method->gradient(joint.x, joint.labels, moved, 5, gradient), joint.loss(5, 0, 0, 0), 1e-5);
  for (std::size_t layer = 0; layer < gradient.parameters.size(); ++layer) {
    const Matrix<float>& found = gradient.parameters[layer].weights;
    for (Index i = 0; i < found.size(); i += 1 + found.size() / 5) {
      const double slope = (joint.loss(5, layer, i, 1e-5) - joint.loss(5, layer, i, -1e-5)) / 2e-5;
      EXPECT_NEAR(found.data()[i], slope, 2e-6 + 1e-3 * std::abs(slope)) << "layer " << layer << ", weight " << i;
    }
  }
}

TEST(Irs, IsJudgedOnTheChipsOfNoiseInjection) {
  const NetworkSpec spec = small_convolutions();
  const TrainingOptions options = side_options(0.5);
  const Network<float> joined(with_side_heads(spec, options.irs)), alone(spec);
  TrainingOptions injected = options;
  injected.method = MethodKind::noise_injection;
  const auto ours = make_method(joined, options, {1, 0})->chips_to_validate(initial_parameters(joined.spec(), 1, 0));
  const auto theirs = make_method(alone, injected, {1, 0})->chips_to_validate(initial_parameters(spec, 1, 0));
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].size(), theirs[i].size());
    EXPECT_TRUE(same_bits(ours[i], theirs[i]));
  }
}

TEST(Irs, StartsFromGivenWeights) {
  const NetworkSpec spec = small_convolutions();
  const TrainingOptions options = side_options(0.5);
  NetworkState<float> given{initial_parameters(spec, 9, 3), initial_normalisations<float>(spec)};
  given.normalisations.running[0].mean.setConstant(2);
  const TrainingProgress begun = begin_training(spec, options, {1, 0}, given);
  const TrainingProgress fresh = begin_training(spec, options, {1, 0});
  EXPECT_TRUE(same_bits(begun.model.state.parameters, given.parameters));
  EXPECT_TRUE(same_bits({begun.state.parameters.begin(), begun.state.parameters.begin() + 3}, given.parameters));
  EXPECT_TRUE(same_bits({begun.state.parameters.begin() + 3, begun.state.parameters.end()},
                        {fresh.state.parameters.begin() + 3, fresh.state.parameters.end()}));
  EXPECT_EQ(begun.state.normalisations.running[0].mean, given.normalisations.running[0].mean);
}

}  // namespace irs_test
}  // namespace ohmcarlo
