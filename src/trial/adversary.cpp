#include "trial/adversary.hpp"

#include <algorithm>

#include "chip/weight_chips.hpp"
#include "network/network.hpp"

namespace ohmcarlo {
namespace {

constexpr int kSteps = 40;         // after the first
constexpr float kNextStep = 0.5F;  // of the bound
constexpr float kShrinkage = 0.9F;
constexpr std::size_t kTogether = 500;  // samples of a pass

/// Derivatives by the weights of the loss that all test samples have together.
class LossGradient {
 public:
  LossGradient(const TrainedNetwork& network, const EvaluationSet& test)
      : network_(network.spec), normalisations_(network.state.normalisations), test_(test) {}

  [[nodiscard]] const Parameters<float>& at(const Parameters<float>& chip, const Poll& poll) {
    gradient_ = zero_gradient<float>(network_.spec());
    const MatrixPass<float> pass(chip, normalisations_.evaluated());
    PassWeights<float> weights = pass.weights();
    const std::span<const std::uint32_t> all = test_.all();
    for (std::size_t first = 0; first < all.size(); first += kTogether) {
      poll();
      const std::size_t count = std::min(kTogether, all.size() - first);
      test_.fill_batch(all.subspan(first, count), batch_);
      weights.sequences = {batch_.sequences_or_null(), &tapes_};
      const View<const float> logits = network_.forward(batch_.x, weights, activations_);
      Matrix<float> grad_logits(logits.rows, logits.cols);
      (void)batch_loss(logits, batch_.targets(), View<float>(grad_logits));
      const auto padding = std::ranges::count(batch_.labels, kUnlabelled);
      grad_logits *= static_cast<float>(std::ssize(batch_.labels) - padding);  // batch_loss is a mean
      network_.backward(batch_.x, weights, activations_, grad_logits, gradient_);
    }
    return gradient_.parameters;
  }

 private:
  Network<float> network_;
  const Normalisations<float>& normalisations_;
  const EvaluationSet& test_;
  NetworkGradient<float> gradient_;
  Activations<float> activations_;
  Tapes tapes_;
  Batch batch_;
};

double accuracy_of(const TrainedNetwork& network, const Parameters<float>& chip,
                   const std::shared_ptr<const EvaluationSet>& test, const Poll& poll) {
  return chip_holding(network, chip, test, poll)->evaluate(test->all(), poll).front().tally.accuracy();
}

/// Moves every weight by `step` of its largest error along the sign of its derivative, as far as the bound allows.
void climb(const Parameters<float>& clean, const std::vector<std::vector<float>>& largest, float step,
           const Parameters<float>& gradient, Parameters<float>& chip) {
  for (std::size_t layer = 0; layer < clean.size(); ++layer) {
    const float *at = clean[layer].weights.data(), *slope = gradient[layer].weights.data();
    float* weights = chip[layer].weights.data();
    for (std::size_t i = 0; i < largest[layer].size(); ++i) {
      const float most = largest[layer][i];
      const float sign = slope[i] > 0 ? 1.0F : slope[i] < 0 ? -1.0F : 0.0F;
      weights[i] = std::clamp(weights[i] + sign * step * most, at[i] - most, at[i] + most);
    }
  }
}

}  // namespace

std::unique_ptr<Chips> chip_holding(const TrainedNetwork& network, Parameters<float> held,
                                    const std::shared_ptr<const EvaluationSet>& test, const Poll& poll) {
  TrainedNetwork moved = network;
  moved.state.parameters = std::move(held);
  std::unique_ptr<Chips> chips =
      make_weight_chips(std::make_shared<const TrainedNetwork>(std::move(moved)), Variation{}, test, 1);
  chips->program({}, poll);
  return chips;
}

FoundChip find_worst_chip(const TrainedNetwork& network, const Variation& variation,
                          const std::shared_ptr<const EvaluationSet>& test, double bound, const Poll& poll) {
  const Parameters<float>& clean = network.state.parameters;
  std::vector<std::vector<float>> largest;
  for (const LayerParameters<float>& layer : clean) {
    const std::span<const float> weights(layer.weights.data(), static_cast<std::size_t>(layer.weights.size()));
    largest.push_back(largest_errors(variation, layer.weights.cwiseAbs().maxCoeff(), weights));
    for (float& error : largest.back()) error *= static_cast<float>(bound);
  }
  LossGradient gradient(network, *test);
  Parameters<float> chip = clean;
  climb(clean, largest, 1, gradient.at(clean, poll), chip);
  FoundChip found{{.bound = bound, .one_step = accuracy_of(network, chip, test, poll)}, chip};
  found.worst.accuracy = found.worst.one_step;
  float step = kNextStep;
  for (int i = 0; i < kSteps && found.worst.accuracy > 0; ++i, step *= kShrinkage) {
    climb(clean, largest, step, gradient.at(chip, poll), chip);
    const double accuracy = accuracy_of(network, chip, test, poll);
    if (accuracy >= found.worst.accuracy) continue;
    found.worst.accuracy = accuracy;
    found.held = chip;
  }
  return found;
}

}  // namespace ohmcarlo
