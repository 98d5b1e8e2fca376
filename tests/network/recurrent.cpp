// Networks with LSTM layers as a whole: the layer itself is tested in lstm.cpp.

#include <gtest/gtest.h>

#include "base/label.hpp"
#include "network/architecture.hpp"
#include "network/gradients.hpp"
#include "network/lstm.hpp"
#include "network/sequence.hpp"

namespace ohmcarlo::recurrent_test {
namespace recurrent_test {

using gradients::expect_derivatives;
using gradients::fill;

const std::vector<std::string> kFrames = {"lstm 4", "dense 5", "tanh", "dense classes"};
const std::vector<std::string> kWords = {"lstm 4", "lstm 3", "last", "dense classes"};

/// Three sequences of up to four frames of three features, and their labels.
struct Trial {
  NetworkSpec spec;
  Network<double> network{spec};
  Sequences sequences{{2, 4, 1}, 4};
  Matrix<double> x = Matrix<double>::Zero(12, 3);
  Parameters<double> parameters = zero_parameters<double>(spec);
  std::vector<Label> labels;
  Tapes tapes;
  Activations<double> activations;
  Matrix<double> grad_logits;

  Trial(const std::vector<std::string>& layers, std::vector<Label> of)
      : spec(build_network({3, 1, 1}, 3, layers)), labels(std::move(of)) {
    fill(x, 1);
    std::uint32_t seed = 10;
    for (LayerParameters<double>& layer : parameters) {
      fill(layer.weights, ++seed);
      fill(layer.bias, ++seed);
    }
  }
  double loss() {
    const MatrixPass<double> pass(parameters, {}, {}, {&sequences, &tapes});
    const View<const double> logits = network.forward(x, pass.weights(), activations);
    grad_logits.resize(logits.rows, logits.cols);
    return logits.rows == 12 ? sequence_loss<double>(logits, labels, sequences, grad_logits)
                             : softmax_cross_entropy<double>(logits, labels, grad_logits);
  }
  void expect_gradients() {
    NetworkGradient<double> gradient = zero_gradient<double>(spec);
    (void)loss();
    const MatrixPass<double> pass(parameters, {}, {}, {&sequences, &tapes});
    network.backward(x, pass.weights(), activations, grad_logits, gradient);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      SCOPED_TRACE(i);
      expect_derivatives(parameters[i].weights.data(), parameters[i].weights.size(),
                         gradient.parameters[i].weights.data(), [&] { return loss(); });
      expect_derivatives(parameters[i].bias.data(), parameters[i].bias.size(), gradient.parameters[i].bias.data(),
                         [&] { return loss(); });
    }
  }
};

TEST(RecurrentNetwork, GradientsOfFramesMatchFiniteDifferences) {
  // One frame of the second sequence has no label; padding has none either.
  Trial trial(kFrames,
              {0, 1, kUnlabelled, kUnlabelled, 2, kUnlabelled, 0, 1, 2, kUnlabelled, kUnlabelled, kUnlabelled});
  trial.expect_gradients();
}

TEST(RecurrentNetwork, GradientsOfLastFramesMatchFiniteDifferences) {
  Trial trial(kWords, {0, 2, 1});
  trial.expect_gradients();
}

TEST(RecurrentNetwork, PaddingChangesNothing) {
  Trial trial(kWords, {0, 2, 1});
  const double loss = trial.loss();
  for (const Index row : {2, 3, 9, 10, 11}) trial.x.row(row).setConstant(1e6);
  EXPECT_EQ(trial.loss(), loss);
}

TEST(RecurrentNetwork, NeedsToBeToldTheSequences) {
  const Trial trial(kWords, {0, 2, 1});
  const MatrixPass<double> pass(trial.parameters);
  Activations<double> activations;
  EXPECT_THROW((void)trial.network.forward(trial.x, pass.weights(), activations), std::logic_error);
}

TEST(RecurrentNetwork, ForgetGatesAreInitiallyOpen) {
  const NetworkSpec spec = build_network({3, 1, 1}, 3, kFrames);
  const Parameters<float> parameters = initial_parameters(spec, 1, 0);
  EXPECT_EQ(parameters[0].weights.rows(), 16);
  EXPECT_EQ(parameters[0].weights.cols(), 7);
  EXPECT_EQ(parameters[0].bias, initial_lstm_bias<float>(4));
  EXPECT_TRUE(parameters[1].bias.isZero());
}

TEST(RecurrentNetwork, TablesChangeTheOutputsALittle) {
  const auto logits = [](const std::string& cells) {
    Trial trial({cells, "dense classes"}, std::vector<Label>(12, 0));
    (void)trial.loss();
    return Matrix<double>(trial.activations.back());
  };
  const double difference = (logits("lstm 4 table 256") - logits("lstm 4")).cwiseAbs().maxCoeff();
  EXPECT_GT(difference, 1e-6);
  EXPECT_LT(difference, 0.1);
}

TEST(TallyFrames, FramesWithoutALabelDoNotCount) {
  const Sequences sequences({2, 3}, 3);
  Matrix<float> logits = Matrix<float>::Zero(6, 2);
  logits.col(1).setOnes();
  const std::vector<Label> labels = {1, kUnlabelled, kUnlabelled, kUnlabelled, 0, 1};
  Tally tally;
  tally_batch(View<const float>(logits), {labels, &sequences, true}, {&tally, 1});
  EXPECT_EQ(tally.images, 3);
  EXPECT_EQ(tally.correct, 2);
  EXPECT_EQ(accuracy_with_padding(tally, 1), 0.75);
}

}  // namespace recurrent_test
}  // namespace ohmcarlo::recurrent_test
