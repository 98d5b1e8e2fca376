#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "network/loss.hpp"
#include "random/stream.hpp"
#include "training/optimizer.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kValidationBatch = 500;

/// Accuracy on the validation images, mean over `chips`.
double judge(const Network<float>& network, const std::vector<Parameters<float>>& chips, const TrainingData& data,
             const Poll& poll) {
  if (data.validation.empty()) return std::numeric_limits<double>::quiet_NaN();
  Matrix<float> x;
  std::vector<std::uint8_t> labels;
  Activations<float> activations;
  std::vector<Tally> tallies(chips.size());
  for (std::size_t first = 0; first < data.validation.size(); first += kValidationBatch) {
    const std::size_t count = std::min(kValidationBatch, data.validation.size() - first);
    gather(*data.images, std::span(data.validation).subspan(first, count), x, labels);
    for (std::size_t c = 0; c < chips.size(); ++c) {
      poll();
      const MatrixPass<float> pass(chips[c]);
      tally(network.forward(x, pass.weights(), activations), labels, std::span(&tallies[c], 1));
    }
  }
  double sum = 0;
  for (const Tally& chip : tallies) sum += chip.accuracy();
  return sum / static_cast<double>(chips.size());
}

}  // namespace

void gather(const ImageSet& images, std::span<const std::uint32_t> indices, Matrix<float>& x,
            std::vector<std::uint8_t>& labels) {
  const std::size_t pixels = images.pixels_per_image();
  x.resize(static_cast<Index>(indices.size()), static_cast<Index>(pixels));
  labels.resize(indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::uint8_t* bytes = images.pixels.data() + indices[i] * pixels;
    float* row = x.data() + i * pixels;
    for (std::size_t k = 0; k < pixels; ++k) row[k] = static_cast<float>(bytes[k]) * (1.0F / 255.0F);
    labels[i] = images.labels[indices[i]];
  }
}

std::vector<std::uint32_t> epoch_order(std::uint32_t count, TrainingStream stream, int epoch) {
  // Two 32-bit words an image make ties negligible; the index breaks what is left of them.
  std::vector<std::uint32_t> words(2 * static_cast<std::size_t>(count));
  Stream(stream.key,
         {.purpose = Purpose::shuffle, .replica = stream.replica, .event = static_cast<std::uint64_t>(epoch)})
      .words(0, words);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(count);
  for (std::uint32_t i = 0; i < count; ++i)
    keys[i] = {(std::uint64_t{words[2 * std::size_t{i}]} << 32) | words[2 * std::size_t{i} + 1], i};
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> order(count);
  std::transform(keys.begin(), keys.end(), order.begin(), [](const auto& key) { return key.second; });
  return order;
}

TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options, const TrainingData& data,
                         TrainingStream stream, const Poll& poll) {
  const Network<float> network(spec);
  const std::unique_ptr<Method> method = make_method(network, options, stream);
  const std::unique_ptr<Optimizer> optimizer = make_optimizer(options, spec);
  Parameters<float> parameters = initial_parameters(spec, stream.key, stream.replica);
  Parameters<float> gradient = zero_parameters<float>(spec);
  TrainedModel model{parameters, 0, false, {}};
  double best = -1;

  const std::uint32_t count = static_cast<std::uint32_t>(data.training.size());
  const std::uint32_t batch = static_cast<std::uint32_t>(options.batch);
  std::uint64_t step = 0;
  Matrix<float> x;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint32_t> chosen;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const std::vector<std::uint32_t> order = epoch_order(count, stream, epoch);
    const double rate = learning_rate(options, epoch);
    double loss_sum = 0;
    for (std::uint32_t first = 0; first < count; first += batch, ++step) {
      poll();
      chosen.clear();
      for (std::uint32_t i = first; i < std::min(first + batch, count); ++i) chosen.push_back(data.training[order[i]]);
      gather(*data.images, chosen, x, labels);
      for (LayerParameters<float>& layer : gradient) {
        layer.weights.setZero();
        layer.bias.setZero();
      }
      loss_sum += method->gradient(x, labels, parameters, step, gradient) * static_cast<double>(chosen.size());
      if (!std::isfinite(loss_sum)) {
        model.diverged = true;
        return model;
      }
      optimizer->step(parameters, gradient, rate);
    }
    const bool finite = std::all_of(parameters.begin(), parameters.end(), [](const LayerParameters<float>& layer) {
      return layer.weights.allFinite() && layer.bias.allFinite();
    });
    if (!finite) {
      model.diverged = true;
      return model;
    }
    const double accuracy = judge(network, method->judged(parameters), data, poll);
    model.epochs.push_back({loss_sum / count, accuracy});
    if (std::isnan(accuracy) || accuracy > best) {
      best = accuracy;
      model.parameters = parameters;
      model.epoch = epoch + 1;
    }
  }
  return model;
}

}  // namespace ohmcarlo
