#include "chip/single_chips.hpp"

#include <algorithm>
#include <numeric>

#include "chip/packed_product.hpp"

namespace ohmcarlo {
namespace {

/// The images that go through a network together. More of them share the work that each pass spends on the weights,
/// fewer keep the values between layers in the cache; a multiple of what convolutions and packed products take at once.
/// Images do not feel their neighbours: the number changes the speed only.
Index images_together(const NetworkSpec& spec) {
  constexpr Index kFewest = 24, kMost = 96;
  constexpr Index kValues = Index{1} << 24;  // 64 MiB
  Index values = 1;
  for (const Node& layer : spec.layers) values += layer.out().features;
  return std::clamp(kValues / values / kFewest * kFewest, kFewest, kMost);
}

}  // namespace

SingleChips::SingleChips(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                         std::shared_ptr<const EvaluationSet> test, Index copies)
    : WeightChips(std::move(network), variation, std::move(test), copies),
      network_(trained().spec),
      images_at_once_(images_together(trained().spec)),
      chips_(static_cast<std::size_t>(copies)) {
  const std::vector<Node> layers = trained().spec.weight_layers();
  for (std::vector<HeldLayer>& chip : chips_)
    for (std::size_t i = 0; i < layers.size(); ++i) {
      HeldLayer& held = chip.emplace_back();
      const Index outputs = layers[i].weight_outputs(), inputs = layers[i].weight_inputs();
      if (layers[i].operation->divides_its_matrix())
        held.matrix.resize(outputs, inputs);
      else
        held.packed.emplace(outputs, inputs);
      held.bias = trained().state.parameters[i].bias;
    }
}

void SingleChips::hold(Index copy, std::size_t layer, Index first_row, View<const float> rows) {
  HeldLayer& held = chips_[static_cast<std::size_t>(copy)][layer];
  if (held.packed)
    held.packed->set(first_row, rows);
  else
    held.matrix.middleRows(first_row, rows.rows) = rows.map();
}

Matrix<float> SingleChips::read_back(Index copy, std::size_t layer) const {
  const HeldLayer& held = chips_[static_cast<std::size_t>(copy)][layer];
  if (!held.packed) return held.matrix;
  // A product with the unit matrix reads the weights through the very path that images take.
  const Matrix<float> unit = Matrix<float>::Identity(held.packed->inputs(), held.packed->inputs());
  Matrix<float> columns(unit.rows(), held.packed->outputs());
  multiply(View<const float>(unit), *held.packed, View<float>(columns));
  return columns.transpose();
}

std::vector<ChipOutcome> SingleChips::evaluate(std::span<const std::uint32_t> images, const Poll& poll) const {
  std::vector<ChipOutcome> outcomes(chips_.size());
  for (std::size_t i = 0; i < chips_.size(); ++i)
    run(chips_[i], images, poll, [&](std::span<const std::uint32_t>, View<const float> logits, const Batch& batch) {
      tally_batch(logits, batch.targets(), {&outcomes[i].tally, 1});
    });
  return outcomes;
}

std::vector<ChipOutcome> SingleChips::evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                    const Poll& poll) const {
  require(images.size() == chips_.size(), "every chip has a list of images");
  std::vector<ChipOutcome> outcomes(chips_.size());
  for (std::size_t i = 0; i < chips_.size(); ++i)
    run(chips_[i], images[i], poll,
        [&](std::span<const std::uint32_t> places, View<const float> logits, const Batch& batch) {
          append_batch_answers(logits, batch.targets(), places, outcomes[i].answers);
        });
  return outcomes;
}

LabelledLogits SingleChips::logits(Index copy, std::span<const std::uint32_t> images, const Poll& poll) const {
  LabelledLogits all = blank_logits(test().data(), images);
  run(chips_[static_cast<std::size_t>(copy)], images, poll,
      [&, row = Index{0}](std::span<const std::uint32_t>, View<const float> of_batch, const Batch& batch) mutable {
        row = fill_logits(of_batch, batch.targets(), row, all);
      });
  return all;
}

void SingleChips::run(const std::vector<HeldLayer>& chip, std::span<const std::uint32_t> images, const Poll& poll,
                      const TakeLogits& take) const {
  std::vector<std::unique_ptr<Product<float>>> products;
  PassWeights<float> weights;
  weights.normalisations = trained().state.normalisations.evaluated();
  for (const HeldLayer& held : chip) {
    if (held.packed)
      products.push_back(std::make_unique<PackedProduct>(*held.packed));
    else
      products.push_back(std::make_unique<MatrixProduct<float>>(View<const float>(held.matrix)));
    weights.products.push_back(products.back().get());
    weights.biases.push_back(&held.bias);
  }
  Batch batch;
  Activations<float> activations;
  std::vector<std::uint32_t> places(images.size());
  std::iota(places.begin(), places.end(), 0U);
  const auto together = static_cast<std::size_t>(images_at_once_);
  for (std::size_t first = 0; first < images.size(); first += together) {
    poll();
    const std::size_t count = std::min(together, images.size() - first);
    test().fill_batch(images.subspan(first, count), batch);
    weights.sequences.sequences = batch.sequences_or_null();
    take(std::span(places).subspan(first, count), network_.forward(batch.x, weights, activations), batch);
  }
}

}  // namespace ohmcarlo
