#include "deployment/in_situ.hpp"

#include "deployment/chip_pass.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {

NetworkGradient<float> chip_gradient(const ArrayNetwork& chip, const Batch& batch, std::uint64_t round,
                                     const Poll& poll) {
  const ChipPass pass(chip, batch.x.rows(), Purpose::in_situ_read, round, poll, effective_weights(chip));
  Activations<float> activations;
  const View<const float> logits = chip.network().forward(batch.x, pass.weights(), activations);
  Matrix<float> grad_logits(logits.rows, logits.cols);
  (void)softmax_cross_entropy(logits, batch.labels, View<float>(grad_logits));
  NetworkGradient<float> gradient = zero_gradient<float>(chip.network().spec());
  chip.network().backward(batch.x, pass.weights(), activations, grad_logits, gradient);
  return gradient;
}

InSituTraining::InSituTraining(ArrayNetwork& chip, const DeploymentImages& images, const InSituOptions& options)
    : chip_(&chip), images_(&images), options_(&options) {
  for (std::size_t i = 0; i < chip.layers(); ++i) writers_.emplace_back(chip.layer(i), chip.chip(i), options);
}

std::uint64_t InSituTraining::train(std::int64_t count, const Poll& poll) {
  std::uint64_t writes = 0;
  Address order = chip_->chip(0).address;
  order.layer = 0;
  order.purpose = Purpose::in_situ_order;
  Batch batch;
  for (std::int64_t end = updates_ + count; updates_ < end; ++updates_) {
    const auto update = static_cast<std::uint64_t>(updates_);
    draw_batch(*images_, chip_->chip(0).key, order, update, options_->batch, batch);
    const NetworkGradient<float> gradient = chip_gradient(*chip_, batch, update, poll);
    for (std::size_t i = 0; i < writers_.size(); ++i)
      writes += writers_[i].write(chip_->layer(i), gradient.parameters[i].weights, update);
  }
  return writes;
}

}  // namespace ohmcarlo
