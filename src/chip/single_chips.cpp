#include "chip/single_chips.hpp"

#include <algorithm>

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

/// The product with packed weights.
class PackedProduct final : public Product<float> {
 public:
  explicit PackedProduct(const PackedWeights& weights) : weights_(weights) {}
  void apply(View<const float> x, View<float> y) const override { multiply(x, weights_, y); }
  [[nodiscard]] View<const float> backward_weights() const override {
    throw std::logic_error("internal error: packed weights are not trained");
  }

 private:
  const PackedWeights& weights_;
};

}  // namespace

SingleChips::SingleChips(const NetworkSpec& spec, Index copies)
    : network_(spec), images_at_once_(images_together(spec)), chips_(static_cast<std::size_t>(copies)) {
  for (Chip& chip : chips_)
    for (const Node& layer : spec.weight_layers()) {
      HeldLayer& held = chip.layers.emplace_back();
      if (!layer.operation->divides_its_matrix()) held.packed.emplace(layer.weight_outputs(), layer.weight_inputs());
    }
}

void SingleChips::program(Index copy, const NetworkState<float>& clean, const Variation& variation, std::uint64_t key,
                          const Address& address) {
  Chip& chip = chips_[static_cast<std::size_t>(copy)];
  chip.normalisations = clean.normalisations;
  Parameters<float> written = clean.parameters;
  program_weights(variation, key, address, written);
  for (std::size_t i = 0; i < written.size(); ++i) {
    HeldLayer& held = chip.layers[i];
    if (held.packed)
      held.packed->set(0, written[i].weights);
    else
      held.matrix = std::move(written[i].weights);
    held.bias = std::move(written[i].bias);
  }
}

Matrix<float> SingleChips::read_back(Index copy, std::size_t layer) const {
  const HeldLayer& held = chips_[static_cast<std::size_t>(copy)].layers[layer];
  if (!held.packed) return held.matrix;
  // A product with the unit matrix reads the weights through the very path that images take.
  const Matrix<float> unit = Matrix<float>::Identity(held.packed->inputs(), held.packed->inputs());
  Matrix<float> columns(unit.rows(), held.packed->outputs());
  multiply(View<const float>(unit), *held.packed, View<float>(columns));
  return columns.transpose();
}

std::vector<Tally> SingleChips::evaluate(const EvaluationSet& images, const Poll& poll) {
  std::vector<Tally> tallies;
  for (const Chip& chip : chips_) tallies.push_back(evaluate(chip, images, poll));
  return tallies;
}

Tally SingleChips::evaluate(const Chip& chip, const EvaluationSet& images, const Poll& poll) const {
  std::vector<std::unique_ptr<Product<float>>> products;
  PassWeights<float> weights;
  weights.normalisations = chip.normalisations.evaluated();
  for (const HeldLayer& held : chip.layers) {
    if (held.packed)
      products.push_back(std::make_unique<PackedProduct>(*held.packed));
    else
      products.push_back(std::make_unique<MatrixProduct<float>>(View<const float>(held.matrix)));
    weights.products.push_back(products.back().get());
    weights.biases.push_back(&held.bias);
  }
  Tally counted;
  Batch batch;
  Activations<float> activations;
  for (Index first = 0; first < images.images(); first += images_at_once_) {
    poll();
    const Index count = std::min(images_at_once_, images.images() - first);
    images.batch(first, count, batch);
    weights.sequences.sequences = batch.sequences_or_null();
    tally_batch(network_.forward(batch.x, weights, activations), batch.targets(), {&counted, 1});
  }
  return counted;
}

}  // namespace ohmcarlo
