#include "chip/array_network.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "chip/array_calibration.hpp"
#include "chip/polled_read.hpp"
#include "chip/trained_ranges.hpp"
#include "crossbar/self_check.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kTogether = 512;        // images, at most, for a processor
constexpr std::size_t kTogetherThere = 8192;  // for reads elsewhere, where every one of them has to be asked for

/// Images of which patches, sums and the outputs of all layers fit into ArrayNetwork::kBatchBytes, `most` at most.
std::size_t images_together(const NetworkSpec& spec, std::size_t frames, std::size_t most) {
  Index values = spec.inputs, largest = 0;
  for (const Node& layer : spec.layers) {
    values += layer.out().features;
    largest = std::max(largest, layer.operation->scratch_numbers());
  }
  const auto bytes = sizeof(float) * static_cast<std::size_t>(values + largest) * frames;
  return std::clamp(ArrayNetwork::kBatchBytes / bytes, std::size_t{1}, most);
}

}  // namespace

CalibrationWalk calibration_walk(const Network<float>& network, const NetworkState<float>& state,
                                 const SampleSet& training, const InputScaling& scaling, std::size_t batch) {
  const bool sequences = training.is_sequences();
  const std::size_t count =
      std::min(training.count(), sequences ? ArrayNetwork::kCalibrationSequences : ArrayNetwork::kCalibrationImages);
  return {network, state, training, scaling, count, sequences ? count : batch};
}

ArrayNetwork::ArrayNetwork(std::shared_ptr<const TrainedNetwork> network, ArrayNetworkOptions options,
                           const SampleSet& training, std::shared_ptr<const EvaluationSet> test, const Poll& poll)
    : trained_(std::move(network)),
      test_(std::move(test)),
      network_(trained_->spec),
      batch_(images_together(trained_->spec, test_->data().longest(), options.reads ? kTogetherThere : kTogether)),
      specs_(trained_->spec.weight_layers()),
      reads_(std::move(options.reads)) {
  const Parameters<float>& clean = trained_->state.parameters;
  layers_.reserve(clean.size());
  if (const std::string why = why_not_trained(options.arrays, specs_, trained_->state.converters); !why.empty())
    fail_usage("{}", why);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    poll();
    layers_.emplace_back(options_of_layer(options.arrays, i, clean.size()), View<const float>(clean[i].weights),
                         options.keep_planes, specs_[i].weight_groups());
  }
  scales_ = calibrate_layers(
      trained_->spec, clean, options.arrays,
      calibration_walk(network_, trained_->state, training, test_->scaling(), std::min(batch_, kTogether)),
      options.range_from, trained_->state.converters, poll);
}

void ArrayNetwork::program(Lineage chip, std::uint32_t replica, std::uint32_t trial, const Poll& poll) {
  lineage_ = std::move(chip);
  const std::uint64_t key = lineage_.moves.empty() ? lineage_.key : lineage_.moves.back().key;
  chips_.clear();
  reports_.clear();
  corrections_.assign(layers_.size(), std::nullopt);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto layer = static_cast<std::uint32_t>(i);
    chips_.push_back({key, {.layer = layer, .replica = replica, .trial = trial}});
    poll();
    reports_.push_back(layers_[i].program(lineage_, chips_.back().address));
    CellModel asked = layers_[i].options().cells;
    if (asked.defects && !asked.defects->in(layer)) asked.defects.reset();
    if (!lineage_.moves.empty()) continue;  // moves may have led far from what is typical
    if (const std::string why = contradiction(asked, reports_.back()); !why.empty())
      throw std::runtime_error(fmt::format("self-check of layer {} of chip {} failed: {}", i + 1, trial, why));
  }
}

LayerContent ArrayNetwork::content(std::size_t i) const {
  const LayerParameters<float>& parameters = state().parameters[i];
  if (layers_[i].keeps_planes()) return content_of(layers_[i], parameters.bias);
  // Nothing but programming has changed the cells, and that is a matter of their address.
  ArrayLayer again(layers_[i].options(), View<const float>(parameters.weights), true, layers_[i].groups());
  (void)again.program(lineage_, chips_[i].address);
  return content_of(again, parameters.bias);
}

void ArrayNetwork::read(std::size_t i, View<const float> x, const RowNames& rows, const ChipKey& reads, View<float> y,
                        const Poll& poll, ConversionCounts* counts) const {
  if (reads_)
    reads_->read(i, {layers_[i], scales_[i], reads, x, rows, y, counts, poll});
  else
    read_polled(layers_[i], x, rows, scales_[i], reads, y, counts, poll);
  if (corrections_[i]) corrections_[i]->apply(x, y, rows.group);
}

}  // namespace ohmcarlo
