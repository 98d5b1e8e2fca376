#include "gpu/chip_maker.hpp"

#include "base/error.hpp"
#include "gpu/device_arrays.hpp"
#include "gpu/device_chips.hpp"

namespace ohmcarlo::gpu {

std::unique_ptr<Chips> ChipMaker::make(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                                       const std::shared_ptr<const EvaluationSet>& test, Index copies) {
  if (const std::string problem = network_problem(network->spec); !problem.empty()) fail_usage("{}", problem);
  if (!images_ || images_->test() != test) {
    if (images_) images_->leave();
    images_ = std::make_shared<DeviceImages>(device_, test);
  }
  const GroupShape shape = group_shape(*network);
  return std::make_unique<DeviceChips>(device_, std::move(network), variation, images_, copies, shape);
}

std::shared_ptr<ArrayReads> ChipMaker::array_reads() const {
  return std::make_shared<DeviceArrays>(device_);
}

}  // namespace ohmcarlo::gpu
