#include "chip/weight_chips.hpp"

#include "chip/group.hpp"
#include "chip/single_chips.hpp"

namespace ohmcarlo {

WeightChips::WeightChips(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                         std::shared_ptr<const EvaluationSet> test, Index copies)
    : trained_(std::move(network)), variation_(variation), test_(std::move(test)), copies_(copies) {}

void WeightChips::program(const ChipNumbers& chips, const Poll& poll) {
  for (Index copy = 0; copy < copies_; ++copy) {
    poll();
    Parameters<float> written = trained_->state.parameters;
    const std::uint32_t trial = chips.first_trial + static_cast<std::uint32_t>(copy);
    program_weights(variation_, chips.key, chip_address(variation_, chips.replica, trial), written);
    hold(copy, std::move(written));
  }
}

void WeightChips::program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) {
  require(std::ssize(chips) == copies_, "every chip has a lineage");
  for (Index copy = 0; copy < copies_; ++copy) {
    poll();
    Parameters<float> written = trained_->state.parameters;
    program_weights(variation_, chips[static_cast<std::size_t>(copy)], chip_address(variation_, replica, 0), written);
    hold(copy, std::move(written));
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
