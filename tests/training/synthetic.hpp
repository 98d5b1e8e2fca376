#pragma once
// A small problem that can be learnt: bars of light at different heights, with noise.

#include <numeric>
#include <random>

#include "network/architecture.hpp"
#include "training/trainer.hpp"

namespace ohmcarlo::synthetic {

inline const NetworkSpec kSpec = mlp(36, {12}, "relu", 3);

/// Images of 6 x 6 pixels: class c has two bright rows, 2 c and 2 c + 1.
inline const SampleSet& images() {
  static const SampleSet set = [] {
    std::vector<std::uint8_t> pixels;
    std::vector<Label> labels;
    std::mt19937 bits(3);
    for (std::size_t i = 0; i < 360; ++i) {
      labels.push_back(static_cast<Label>(bits() % 3));
      for (int row = 0; row < 6; ++row)
        for (int column = 0; column < 6; ++column)
          pixels.push_back(static_cast<std::uint8_t>((row / 2 == labels.back() ? 120 : 0) + bits() % 136));
    }
    return SampleSet::of_images({1, 6, 6}, std::move(pixels), std::move(labels), 3);
  }();
  return set;
}

/// 300 images to train on, 60 to validate on.
inline TrainingData data() {
  TrainingData data{&images(), {}, std::vector<std::uint32_t>(300), std::vector<std::uint32_t>(60)};
  std::iota(data.training.begin(), data.training.end(), 0U);
  std::iota(data.validation.begin(), data.validation.end(), 300U);
  return data;
}

inline TrainingOptions options() {
  TrainingOptions options;
  options.epochs = 5;
  options.batch = 32;
  options.learning_rate = 0.01;
  return options;
}

inline TrainedModel trained(const TrainingOptions& options, const TrainingData& from = data(),
                            TrainingStream stream = {1, 0}) {
  return train_model(kSpec, options, from, stream, [] {});
}

inline bool same_bits(const Parameters<float>& a, const Parameters<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.weights == y.weights && x.bias == y.bias; });
}

}  // namespace ohmcarlo::synthetic
