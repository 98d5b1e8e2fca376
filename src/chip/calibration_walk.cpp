#include "chip/calibration_walk.hpp"

#include <algorithm>
#include <numeric>

namespace ohmcarlo {

CalibrationWalk::CalibrationWalk(const Network<float>& network, const NetworkState<float>& state, const SampleSet& set,
                                 const InputScaling& scaling, std::size_t count, std::size_t together)
    : network_(network), state_(state), set_(set), scaling_(scaling), last_use_(network.spec().last_uses()) {
  for (std::size_t start = 0; start < count; start += together) {
    Part& part = parts_.emplace_back();
    part.samples.numbers.resize(std::min(together, count - start));
    std::iota(part.samples.numbers.begin(), part.samples.numbers.end(), static_cast<std::uint32_t>(start));
  }
}

void CalibrationWalk::run_layers(Part& part, std::size_t first, std::size_t last, const WalkedProduct& product) {
  fill_batch(set_, scaling_, part.samples.numbers, batch_);
  part.samples.sequences = batch_.sequences_or_null();
  Index call = 0;
  const CalledProduct called([&](View<const float> x, View<float> y, Index group) {
    product(part.samples, {call++, group}, x, y);
  });
  PassWeights<float> weights;
  weights.normalisations = state_.normalisations.evaluated();
  weights.sequences.sequences = part.samples.sequences;
  for (const LayerParameters<float>& layer : state_.parameters) {
    weights.products.push_back(&called);
    weights.biases.push_back(&layer.bias);
  }
  network_.forward_part(batch_.x, weights, part.kept, first, last);
  part.samples.sequences = nullptr;
}

void CalibrationWalk::show_inputs(std::size_t layer, const WalkedProduct& product) {
  for (Part& part : parts_) {
    run_layers(part, layer, layer + 1, product);
    part.kept[layer] = {};
  }
}

void CalibrationWalk::advance(std::size_t first, std::size_t last, const WalkedProduct& product) {
  for (Part& part : parts_) {
    run_layers(part, first, last, product);
    for (std::size_t i = 0; i < last; ++i)
      if (last_use_[i] < last) part.kept[i] = {};
  }
}

}  // namespace ohmcarlo
