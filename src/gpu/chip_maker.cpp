#include "gpu/chip_maker.hpp"

#include "base/error.hpp"
#include "gpu/dense_chips.hpp"

namespace ohmcarlo::gpu {

std::unique_ptr<Chips> ChipMaker::make(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                                       const std::shared_ptr<const EvaluationSet>& test, Index copies) {
  if (const std::string problem = network_problem(network->spec); !problem.empty()) fail_usage("{}", problem);
  if (!images_ || images_->test() != test) {
    if (images_) images_->leave();
    images_ = std::make_shared<DeviceImages>(device_, test);
  }
  return std::make_unique<DenseChips>(device_, std::move(network), variation, images_, copies);
}

}  // namespace ohmcarlo::gpu
