#include "chip/weight_chips.hpp"

#include <algorithm>

#include "chip/group.hpp"
#include "chip/single_chips.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kCellsAtOnce = 6400;

}  // namespace

WeightChips::WeightChips(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                         std::shared_ptr<const EvaluationSet> test, Index copies)
    : trained_(std::move(network)), variation_(variation), test_(std::move(test)), copies_(copies) {
  for (const LayerParameters<float>& layer : trained_->state.parameters)
    largest_.push_back(layer.weights.cwiseAbs().maxCoeff());
}

void WeightChips::program(const ChipNumbers& chips, const Poll& poll) {
  for (Index copy = 0; copy < copies_; ++copy) {
    poll();
    program_one(chips, copy);
  }
}

void WeightChips::write(Index copy, const Lineage& chip, Address address) {
  for (std::size_t i = 0; i < largest_.size(); ++i) {
    const View<const float> layer(trained_->state.parameters[i].weights);
    address.layer = static_cast<std::uint32_t>(i);
    // Some rows after the other, from the first-level cache: as many as PackedWeights packs together, or more.
    const Index together = std::max(kCellsAtOnce / std::max(layer.cols, Index{1}) / 4, Index{1}) * 4;
    for (Index row = 0; row < layer.rows; row += together) {
      const View<const float> clean = layer.middle_rows(row, std::min(together, layer.rows - row));
      rows_.resize(clean.rows, clean.cols);
      const auto cells = static_cast<std::size_t>(rows_.size());
      write_weights(variation_, largest_[i], chip, address, static_cast<std::uint64_t>(row * layer.cols),
                    {clean.data, cells}, {rows_.data(), cells});
      hold(copy, i, row, rows_);
    }
  }
}

void WeightChips::program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) {
  require(std::ssize(chips) == copies_, "every chip has a lineage");
  for (Index copy = 0; copy < copies_; ++copy) {
    poll();
    write(copy, chips[static_cast<std::size_t>(copy)], chip_address(variation_, replica, 0));
  }
}

std::vector<LayerContent> WeightChips::contents(Index copy) const {
  std::vector<LayerContent> contents;
  for (std::size_t i = 0; i < trained_->state.parameters.size(); ++i) {
    LayerContent& layer = contents.emplace_back();
    layer.weights = read_back(copy, i);
    layer.bias = trained_->state.parameters[i].bias;
  }
  return contents;
}

std::uint32_t chips_per_group(const NetworkSpec& spec) {
  return fits_group(spec) ? kChipsPerGroup : 1;
}

std::unique_ptr<WeightChips> make_weight_chips(std::shared_ptr<const TrainedNetwork> network,
                                               const Variation& variation, std::shared_ptr<const EvaluationSet> test,
                                               Index copies) {
  if (fits_group(network->spec))
    return std::make_unique<ChipGroup>(std::move(network), variation, std::move(test), copies);
  return std::make_unique<SingleChips>(std::move(network), variation, std::move(test), copies);
}

}  // namespace ohmcarlo
