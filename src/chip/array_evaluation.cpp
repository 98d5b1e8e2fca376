// Test images through a network on arrays, compared with the clean network on their way.

#include <algorithm>
#include <limits>
#include <numeric>

#include "chip/array_network.hpp"
#include "chip/called_product.hpp"
#include "chip/correlation.hpp"
#include "chip/named_samples.hpp"

namespace ohmcarlo {
namespace {

/// Passes a product on and keeps what it gave, call after call.
class RecordedProduct final : public Product<float> {
 public:
  RecordedProduct(View<const float> weights, std::vector<Matrix<float>>& kept) : product_(weights), kept_(kept) {}
  void apply(View<const float> x, View<float> y, Index group) const override {
    product_.apply(x, y, group);
    kept_.emplace_back(y.map());
  }
  [[nodiscard]] View<const float> backward_weights() const override { return product_.backward_weights(); }

 private:
  MatrixProduct<float> product_;
  std::vector<Matrix<float>>& kept_;
};

/// What is gathered about one weight layer.
struct LayerTally {
  ConversionCounts counts;
  Correlation correlation;
  const std::vector<Matrix<float>>* clean = nullptr;  ///< products of the first samples of the batch, call after call
  std::size_t calls = 0;                              ///< of the layer in this pass

  /// Compares rows of call number `call` that the chip has computed, from row `first` on, with the clean ones.
  void compare(std::size_t call, Index first, View<const float> y) {
    if (clean == nullptr || call >= clean->size()) return;
    const View<const float> ideal((*clean)[call]);
    const Index compared = std::clamp<Index>(ideal.rows - first, 0, y.rows);
    if (compared > 0) correlation.add(y.middle_rows(0, compared), ideal.middle_rows(first, compared));
  }
};

template <class P>
PassWeights<float> pass_weights(const std::vector<P>& products, const NetworkState<float>& state) {
  PassWeights<float> weights;
  weights.normalisations = state.normalisations.evaluated();
  for (const P& product : products) weights.products.push_back(&product);
  for (const LayerParameters<float>& layer : state.parameters) weights.biases.push_back(&layer.bias);
  return weights;
}

}  // namespace

ChipOutcome ArrayNetwork::evaluate(std::span<const std::uint32_t> images, const Poll& poll) const {
  return run(images, poll, [](std::size_t, View<const float> logits, const Batch& batch, ChipOutcome& outcome) {
    tally_batch(logits, batch.targets(), {&outcome.tally, 1});
  });
}

ChipOutcome ArrayNetwork::answer(std::span<const std::uint32_t> images, const Poll& poll) const {
  return run(images, poll, [&](std::size_t first, View<const float> logits, const Batch& batch, ChipOutcome& outcome) {
    std::vector<std::uint32_t> places(std::min(batch_, images.size() - first));
    std::iota(places.begin(), places.end(), static_cast<std::uint32_t>(first));
    append_batch_answers(logits, batch.targets(), places, outcome.answers);
  });
}

LabelledLogits ArrayNetwork::logits(std::span<const std::uint32_t> images, const Poll& poll) const {
  LabelledLogits all = blank_logits(test_->data(), images);
  (void)run(images, poll,
            [&, row = Index{0}](std::size_t, View<const float> of_batch, const Batch& batch, ChipOutcome&) mutable {
              row = fill_logits(of_batch, batch.targets(), row, all);
            });
  return all;
}

void ArrayNetwork::record_clean(View<const float> x, const Sequences* sequences, Activations<float>& activations,
                                LayerProducts& made) const {
  made.resize(layers_.size());
  std::vector<RecordedProduct> recorded;
  recorded.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i)
    recorded.emplace_back(View<const float>(state().parameters[i].weights), made[i]);
  PassWeights<float> weights = pass_weights(recorded, state());
  weights.sequences.sequences = sequences;
  (void)network_.forward(x, weights, activations);
}

ChipOutcome ArrayNetwork::run(std::span<const std::uint32_t> images, const Poll& poll, const TakeLogits& take) const {
  std::vector<LayerTally> tallies(layers_.size());
  NamedSamples samples;
  const auto chip_product = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y, Index group) {
      LayerTally& tally = tallies[i];
      const std::size_t call = tally.calls++;
      read_named_rows(samples, specs_[i], {static_cast<Index>(call), group}, x, y,
                      [&](Index row, View<const float> part, const RowNames& names, View<float> result) {
                        read(i, part, names, chips_[i], result, poll, &tally.counts);
                        tally.compare(call, row, result);
                      });
    });
  };
  std::vector<decltype(chip_product(0))> products;
  products.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) products.push_back(chip_product(i));
  PassWeights<float> weights = pass_weights(products, state());
  ChipOutcome outcome;
  Activations<float> activations;
  Batch batch;
  for (std::size_t first = 0; first < images.size(); first += batch_) {
    const std::size_t count = std::min(batch_, images.size() - first);
    const auto part = images.subspan(first, count);
    test_->fill_batch(part, batch);
    samples = {{part.begin(), part.end()}, batch.sequences_or_null()};
    weights.sequences.sequences = samples.sequences;
    const LayerProducts* clean = nullptr;
    if (first < kCorrelationImages)
      clean = &clean_.of(first / batch_, part, [&](LayerProducts& made) {
        // Of sequences always the whole batch, which decides on their order.
        const Index compared = static_cast<Index>(std::min(count, kCorrelationImages - first));
        record_clean(View<const float>(batch.x).middle_rows(0, samples.sequences ? batch.x.rows() : compared),
                     samples.sequences, activations, made);
      });
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      tallies[i].clean = clean != nullptr ? &(*clean)[i] : nullptr;
      tallies[i].calls = 0;
    }
    take(first, network_.forward(batch.x, weights, activations), batch, outcome);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const ConversionCounts& counts = tallies[i].counts;
    outcome.layers.push_back(
        {tallies[i].correlation.value(),
         counts.conversions > 0 ? counts.saturated / counts.conversions : std::numeric_limits<double>::quiet_NaN(),
         reports_[i]});
  }
  return outcome;
}

}  // namespace ohmcarlo
