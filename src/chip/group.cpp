#include "chip/group.hpp"

#include <algorithm>

#include "chip/packed_product.hpp"

namespace ohmcarlo {

/// The product of every chip with its own inputs: block c of the columns of x with the weights of chip c.
class ChipGroup::SideBySide final : public Product<float> {
 public:
  explicit SideBySide(const StackedLayer& layer) : layer_(layer) {}

  void apply(View<const float> x, View<float> y, Index /*group*/) const override {
    for (std::size_t c = 0; c < layer_.weights.size(); ++c) {
      const Index chip = static_cast<Index>(c);
      multiply(x.middle_cols(chip * layer_.inputs, layer_.inputs), layer_.weights[c],
               y.middle_cols(chip * layer_.outputs, layer_.outputs));
    }
  }
  [[nodiscard]] View<const float> backward_weights() const override {
    throw std::logic_error("internal error: chips side by side are not trained");
  }

 private:
  const StackedLayer& layer_;
};

bool fits_group(const NetworkSpec& spec) {
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const Node& layer = spec.layers[i];
    const bool follows = layer.inputs.size() == 1 && layer.inputs.front() == (i > 0 ? i - 1 : kNetworkInput);
    if (!follows || !layer.operation->keeps_chips_apart()) return false;
  }
  return !spec.layers.empty() && spec.layers.front().operation->is_dense();
}

ChipGroup::ChipGroup(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                     std::shared_ptr<const EvaluationSet> test, Index copies)
    : WeightChips(std::move(network), variation, std::move(test), copies), network_(trained().spec) {
  const NetworkSpec& spec = trained().spec;
  require(fits_group(spec), "chips side by side have dense layers");
  for (const Node& layer : spec.weight_layers()) {
    const Index outputs = layer.weight_outputs(), inputs = layer.weight_inputs();
    StackedLayer stacked{{}, trained().state.parameters[layers_.size()].bias.replicate(copies, 1), outputs, inputs};
    if (layers_.empty())
      stacked.weights.emplace_back(copies * outputs, inputs);
    else
      stacked.weights.assign(static_cast<std::size_t>(copies), PackedWeights(outputs, inputs));
    layers_.push_back(std::move(stacked));
  }
}

void ChipGroup::hold(Index copy, std::size_t layer, Index first_row, View<const float> rows) {
  StackedLayer& stacked = layers_[layer];
  if (layer == 0)
    stacked.weights.front().set(copy * stacked.outputs + first_row, rows);
  else
    stacked.weights[static_cast<std::size_t>(copy)].set(first_row, rows);
}

Matrix<float> ChipGroup::read_back(Index copy, std::size_t layer) const {
  const StackedLayer& stacked = layers_[layer];
  const PackedWeights& packed = layer == 0 ? stacked.weights.front() : stacked.weights[static_cast<std::size_t>(copy)];
  const Index first = layer == 0 ? copy * stacked.outputs : 0;
  // A product with the unit matrix reads the weights through the very path that images take.
  const Matrix<float> unit = Matrix<float>::Identity(stacked.inputs, stacked.inputs);
  Matrix<float> all(stacked.inputs, packed.outputs());
  multiply(View<const float>(unit), packed, View<float>(all));
  return all.middleCols(first, stacked.outputs).transpose();
}

void ChipGroup::run(const PackedImages& images, const Poll& poll, const TakeLogits& take) const {
  std::vector<SideBySide> products;
  products.reserve(layers_.size());
  PassWeights<float> weights;
  weights.normalisations = trained().state.normalisations.evaluated();
  for (const StackedLayer& layer : layers_) {
    products.emplace_back(layer);
    weights.products.push_back(&products.back());
    weights.biases.push_back(&layer.bias);
  }
  Matrix<float> first;
  Activations<float> activations;
  for (Index batch = 0; batch < images.batches(); ++batch) {
    poll();
    // All chips see the same images: their first layers are one product.
    images.multiply(batch, layers_.front().weights.front(), first);
    first.rowwise() += layers_.front().bias.transpose();
    take(batch, network_.spec().layers.size() == 1 ? View<const float>(first)
                                                   : network_.forward(first, weights, activations, 1, count()));
  }
}

std::vector<ChipOutcome> ChipGroup::evaluate(std::span<const std::uint32_t> images, const Poll& poll) const {
  std::vector<Tally> tallies(static_cast<std::size_t>(count()));
  const PackedImages& packed = test().packed(images);
  run(packed, poll, [&](Index batch, View<const float> logits) { tally(logits, packed.labels(batch), tallies); });
  std::vector<ChipOutcome> outcomes(tallies.size());
  for (std::size_t i = 0; i < tallies.size(); ++i) outcomes[i].tally = std::move(tallies[i]);
  return outcomes;
}

std::vector<ChipOutcome> ChipGroup::evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                  const Poll& poll) const {
  require(images.size() == static_cast<std::size_t>(count()), "every chip has a list of images");
  std::vector<ChipOutcome> outcomes(images.size());
  ListedImages listed(test());
  for (std::size_t i = 0; i < images.size(); ++i)
    outcomes[i].answers = answers_of(static_cast<Index>(i), images[i], listed, poll);
  return outcomes;
}

std::vector<ChipOutcome> ChipGroup::program_and_evaluate_each(const ChipNumbers& chips,
                                                              std::span<const std::vector<std::uint32_t>> images,
                                                              const Poll& poll) {
  require(images.size() == static_cast<std::size_t>(count()), "every chip has a list of images");
  std::vector<ChipOutcome> outcomes(images.size());
  ListedImages listed(test());
  for (std::size_t i = 0; i < images.size(); ++i) {
    poll();
    program_one(chips, static_cast<Index>(i));
    outcomes[i].answers = answers_of(static_cast<Index>(i), images[i], listed, poll);
  }
  return outcomes;
}

std::vector<Answer> ChipGroup::answers_of(Index copy, std::span<const std::uint32_t> list, ListedImages& images,
                                          const Poll& poll) const {
  images.take(list);
  const auto segment = [&](const StackedLayer& layer) {
    return layer.bias.segment(copy * layer.outputs, layer.outputs);
  };
  const StackedLayer& first_layer = layers_.front();
  std::vector<PackedProduct> products;
  std::vector<Vector<float>> biases;
  products.reserve(layers_.size());
  biases.reserve(layers_.size());
  PassWeights<float> weights;
  weights.normalisations = trained().state.normalisations.evaluated();
  for (const StackedLayer& layer : layers_) {
    // That of the first layer is never called.
    products.emplace_back(&layer == &first_layer ? layer.weights.front()
                                                 : layer.weights[static_cast<std::size_t>(copy)]);
    biases.emplace_back(segment(layer));
    weights.products.push_back(&products.back());
    weights.biases.push_back(&biases.back());
  }
  std::vector<Answer> answers;
  Activations<float> activations;
  for (std::size_t batch = 0; batch < images.batches(); ++batch) {
    poll();
    const View<float> first =
        images.multiply(batch, first_layer.weights.front(), {copy * first_layer.outputs, first_layer.outputs});
    first.map().rowwise() += biases.front().transpose();
    append_answers(network_.spec().layers.size() == 1 ? View<const float>(first)
                                                      : network_.forward(first, weights, activations, 1),
                   images.labels(batch), images.places(batch), answers);
  }
  return images.in_order_of_list(std::move(answers));
}

LabelledLogits ChipGroup::logits(Index copy, std::span<const std::uint32_t> images, const Poll& poll) const {
  LabelledLogits all = blank_logits(test().data(), images);
  const Index classes = all.logits.cols();
  const PackedImages& packed = test().packed(images);
  run(packed, poll, [&](Index batch, View<const float> of_group) {
    const View<const float> of_chip = of_group.middle_cols(copy * classes, classes);
    Index row = 0;
    for (const std::uint32_t place : packed.places(batch)) all.logits.row(place) = of_chip.map().row(row++);
  });
  return all;
}

}  // namespace ohmcarlo
